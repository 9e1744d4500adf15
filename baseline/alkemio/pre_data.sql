-- alkemio: types, sequences and empty tables. Generated from postgres.json.

create type profile_type_enum as enum (
    'space-about',
    'innovation-flow',
    'callout-framing',
    'knowledge-base',
    'post',
    'contribution-link',
    'whiteboard',
    'memo',
    'discussion',
    'organization',
    'user-group',
    'user',
    'innovation-hub',
    'calendar-event',
    'innovation-pack',
    'template',
    'community-guidelines',
    'virtual-contributor',
    'virtual-persona'
);

create sequence "activity_rowId_seq" as integer;

create sequence "in_app_notification_rowId_seq" as integer;

create sequence migrations_typeorm_id_seq as integer;

create sequence "organization_rowId_seq" as integer;

create sequence "query-result-cache_id_seq" as integer;

create sequence "space_rowId_seq" as integer;

create sequence "template_content_space_rowId_seq" as integer;

create sequence "user_rowId_seq" as integer;

create sequence "virtual_contributor_rowId_seq" as integer;

create table account (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128),
    "externalSubscriptionID" character varying(128),
    "baselineLicensePlan" json not null,
    "authorizationId" uuid,
    "agentId" uuid,
    "licenseId" uuid,
    "storageAggregatorId" uuid
);

create table activity (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "rowId" integer not null default nextval('"activity_rowId_seq"'::regclass),
    "triggeredBy" uuid not null,
    "resourceID" uuid not null,
    "parentID" uuid,
    "collaborationID" uuid not null,
    "messageID" character varying(44),
    visibility boolean not null,
    description character varying(512),
    type character varying(128) not null
);

create table agent (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128),
    "authorizationId" uuid
);

create table ai_persona (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    engine character varying(128) not null,
    prompt text not null,
    "externalConfig" text,
    "bodyOfKnowledgeLastUpdated" timestamp without time zone,
    "promptGraph" json,
    "authorizationId" uuid,
    "aiServerId" uuid
);

create table ai_server (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table application (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "lifecycleId" uuid,
    "userId" uuid,
    "roleSetId" uuid
);

create table application_questions (
    "applicationId" uuid not null,
    "nvpId" uuid not null
);

create table authorization_policy (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "credentialRules" json not null,
    "privilegeRules" json not null,
    type character varying(128) not null,
    "parentAuthorizationPolicyId" uuid
);

create table calendar (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table calendar_event (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    type character varying(128) not null,
    "createdBy" uuid not null,
    "startDate" timestamp without time zone not null,
    "wholeDay" boolean not null,
    "multipleDays" boolean not null,
    "durationMinutes" integer not null,
    "durationDays" integer,
    "visibleOnParentCalendar" boolean not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "commentsId" uuid,
    "calendarId" uuid
);

create table callout (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "isTemplate" boolean not null default false,
    "createdBy" uuid,
    settings json not null,
    "sortOrder" integer not null,
    "publishedBy" uuid,
    "publishedDate" timestamp without time zone,
    "authorizationId" uuid,
    "framingId" uuid,
    "classificationId" uuid,
    "contributionDefaultsId" uuid,
    "commentsId" uuid,
    "calloutsSetId" uuid
);

create table callout_contribution (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "createdBy" uuid,
    type character varying(128) not null default 'post'::character varying,
    "sortOrder" integer not null,
    "authorizationId" uuid,
    "whiteboardId" uuid,
    "memoId" uuid,
    "postId" uuid,
    "linkId" uuid,
    "calloutId" uuid
);

create table callout_contribution_defaults (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "defaultDisplayName" text,
    "postDescription" text,
    "whiteboardContent" text
);

create table callout_framing (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null default 'none'::character varying,
    "authorizationId" uuid,
    "profileId" uuid,
    "whiteboardId" uuid,
    "linkId" uuid,
    "memoId" uuid
);

create table callouts_set (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null,
    "authorizationId" uuid,
    "tagsetTemplateSetId" uuid
);

create table classification (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table collaboration (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "isTemplate" boolean not null default false,
    "authorizationId" uuid,
    "calloutsSetId" uuid,
    "timelineId" uuid,
    "innovationFlowId" uuid,
    "licenseId" uuid
);

create table communication (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "spaceID" character varying(36) not null,
    "displayName" character varying not null,
    "authorizationId" uuid,
    "updatesId" uuid
);

create table community (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "parentID" character varying(36) not null,
    "authorizationId" uuid,
    "communicationId" uuid,
    "roleSetId" uuid
);

create table community_guidelines (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "profileId" uuid
);

create table conversation (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null,
    "userID" uuid,
    "virtualContributorID" uuid,
    "wellKnownVirtualContributor" character varying(128),
    "authorizationId" uuid,
    "conversationsSetId" uuid,
    "roomId" uuid
);

create table conversations_set (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table credential (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "resourceID" character varying(36) not null,
    type character varying(128) not null,
    issuer uuid,
    expires timestamp without time zone,
    "agentId" uuid
);

create table discussion (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    category text not null,
    "createdBy" uuid not null,
    privacy character varying(255) not null default 'authenticated'::character varying,
    "authorizationId" uuid,
    "profileId" uuid,
    "commentsId" uuid,
    "forumId" uuid
);

create table document (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "createdBy" uuid,
    "displayName" character varying(512) not null,
    "mimeType" character varying(128) not null,
    size integer not null,
    "externalID" character varying(128) not null,
    "temporaryLocation" boolean not null default false,
    "authorizationId" uuid,
    "storageBucketId" uuid,
    "tagsetId" uuid
);

create table form (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    questions text not null,
    description text not null
);

create table forum (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "discussionCategories" text not null,
    "authorizationId" uuid
);

create table in_app_notification (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "rowId" integer not null default nextval('"in_app_notification_rowId_seq"'::regclass),
    type character varying(128) not null,
    state character varying(128) not null,
    category character varying(128) not null,
    "triggeredAt" timestamp without time zone not null,
    "triggeredByID" uuid,
    "receiverID" uuid not null,
    payload json not null,
    "spaceID" uuid,
    "organizationID" uuid,
    "userID" uuid,
    "applicationID" uuid,
    "invitationID" uuid,
    "calloutID" uuid,
    "contributionID" uuid,
    "roomID" uuid,
    "messageID" character varying(44),
    "contributorOrganizationID" uuid,
    "contributorUserID" uuid,
    "contributorVcID" uuid,
    "calendarEventID" uuid
);

create table innovation_flow (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "currentStateID" uuid,
    settings json not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "flowStatesTagsetTemplateId" uuid
);

create table innovation_flow_state (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "displayName" text not null,
    description text,
    settings json not null,
    "sortOrder" integer not null,
    "authorizationId" uuid,
    "innovationFlowId" uuid
);

create table innovation_hub (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    subdomain character varying(63) not null,
    type character varying not null,
    "spaceVisibilityFilter" character varying(255),
    "spaceListFilter" text,
    "listedInStore" boolean not null,
    "searchVisibility" character varying(128) not null default 'account'::character varying,
    "authorizationId" uuid,
    "profileId" uuid,
    "accountId" uuid
);

create table innovation_pack (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "listedInStore" boolean not null,
    "searchVisibility" character varying(36) not null default 'account'::character varying,
    "authorizationId" uuid,
    "profileId" uuid,
    "accountId" uuid,
    "templatesSetId" uuid
);

create table invitation (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "invitedContributorID" uuid not null,
    "createdBy" uuid not null,
    "welcomeMessage" character varying(8192),
    "invitedToParent" boolean not null default false,
    "contributorType" character varying(128) not null,
    "extraRoles" text not null,
    "authorizationId" uuid,
    "lifecycleId" uuid,
    "roleSetId" uuid
);

create table knowledge_base (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "calloutsSetId" uuid
);

create table library (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table license (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null,
    "authorizationId" uuid
);

create table license_entitlement (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null,
    "dataType" character varying(128) not null,
    "limit" integer not null,
    enabled boolean not null,
    "licenseId" uuid
);

create table license_plan (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name text not null,
    enabled boolean not null default true,
    "sortOrder" integer not null,
    "pricePerMonth" numeric(10, 2),
    "isFree" boolean not null default false,
    "trialEnabled" boolean not null default false,
    "requiresPaymentMethod" boolean not null default false,
    "requiresContactSupport" boolean not null default false,
    "licenseCredential" text not null,
    type character varying(128) not null,
    "assignToNewOrganizationAccounts" boolean not null default false,
    "assignToNewUserAccounts" boolean not null default false,
    "licensingFrameworkId" uuid
);

create table license_policy (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "credentialRules" json not null,
    "authorizationId" uuid
);

create table licensing_framework (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "licensePolicyId" uuid
);

create table lifecycle (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "machineState" text
);

create table link (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    uri text not null,
    "authorizationId" uuid,
    "profileId" uuid
);

create table location (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    city character varying(128),
    country character varying(128),
    "addressLine1" character varying(512),
    "addressLine2" character varying(512),
    "stateOrProvince" character varying(128),
    "postalCode" character varying(128),
    "geoLocation" json not null
);

create table memo (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    content bytea,
    "createdBy" uuid,
    "contentUpdatePolicy" character varying(128) not null,
    "authorizationId" uuid,
    "profileId" uuid
);

create table migrations_typeorm (
    id integer not null default nextval('migrations_typeorm_id_seq'::regclass),
    "timestamp" bigint not null,
    name character varying not null
);

create table nvp (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying(512) not null,
    value character varying(512) not null,
    "sortOrder" integer not null
);

create table organization (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "communicationID" character varying not null,
    "accountID" uuid not null,
    settings json not null,
    "rowId" integer not null default nextval('"organization_rowId_seq"'::regclass),
    "legalEntityName" character varying not null,
    domain character varying not null,
    website character varying not null,
    "contactEmail" character varying not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "agentId" uuid,
    "verificationId" uuid,
    "storageAggregatorId" uuid,
    "roleSetId" uuid
);

create table organization_verification (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "organizationID" character varying(36) not null,
    status character varying(128) not null default 'not-verified'::character varying,
    "authorizationId" uuid,
    "lifecycleId" uuid
);

create table platform (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    settings json not null,
    "wellKnownVirtualContributors" json not null,
    "authorizationId" uuid,
    "forumId" uuid,
    "libraryId" uuid,
    "templatesManagerId" uuid,
    "storageAggregatorId" uuid,
    "licensingFrameworkId" uuid,
    "roleSetId" uuid
);

create table platform_invitation (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "roleSetInvitedToParent" boolean not null default false,
    "roleSetExtraRoles" text not null,
    email character varying(128) not null,
    "firstName" character varying(128),
    "lastName" character varying(128),
    "createdBy" uuid not null,
    "welcomeMessage" character varying(8192),
    "profileCreated" boolean not null default false,
    "authorizationId" uuid,
    "roleSetId" uuid
);

create table post (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "createdBy" uuid not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "commentsId" uuid
);

create table profile (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "displayName" text not null,
    tagline text,
    description text,
    type profile_type_enum not null,
    "authorizationId" uuid,
    "locationId" uuid,
    "storageBucketId" uuid
);

create table "query-result-cache" (
    id integer not null default nextval('"query-result-cache_id_seq"'::regclass),
    identifier character varying,
    "time" bigint not null,
    duration integer not null,
    query text not null,
    result text not null
);

create table reference (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying not null,
    uri text not null,
    description text,
    "authorizationId" uuid,
    "profileId" uuid
);

create table role (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying(128) not null,
    credential json not null,
    "parentCredentials" json not null,
    "requiresEntryRole" boolean not null,
    "requiresSameRoleInParentRoleSet" boolean not null,
    "userPolicy" json not null,
    "organizationPolicy" json not null,
    "virtualContributorPolicy" json not null,
    "roleSetId" uuid
);

create table role_set (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "entryRoleName" character varying(128) not null,
    type character varying(128) not null,
    "authorizationId" uuid,
    "licenseId" uuid,
    "applicationFormId" uuid,
    "parentRoleSetId" uuid
);

create table room (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "externalRoomID" character varying not null,
    "messagesCount" integer not null,
    type character varying(128) not null,
    "displayName" character varying not null,
    "authorizationId" uuid
);

create table space (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "rowId" integer not null default nextval('"space_rowId_seq"'::regclass),
    settings json not null,
    "platformRolesAccess" json not null,
    "levelZeroSpaceID" uuid,
    level integer not null,
    visibility character varying(128) not null,
    "authorizationId" uuid,
    "parentSpaceId" uuid,
    "accountId" uuid,
    "collaborationId" uuid,
    "aboutId" uuid,
    "communityId" uuid,
    "agentId" uuid,
    "storageAggregatorId" uuid,
    "templatesManagerId" uuid,
    "licenseId" uuid
);

create table space_about (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    why text,
    who text,
    "authorizationId" uuid,
    "profileId" uuid,
    "guidelinesId" uuid
);

create table storage_aggregator (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128),
    "authorizationId" uuid,
    "parentStorageAggregatorId" uuid,
    "directStorageId" uuid
);

create table storage_bucket (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "allowedMimeTypes" text not null,
    "maxFileSize" integer not null,
    "authorizationId" uuid,
    "storageAggregatorId" uuid
);

create table tagset (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying(255) not null default 'default'::character varying,
    type character varying(128) not null,
    tags text not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "classificationId" uuid,
    "tagsetTemplateId" uuid
);

create table tagset_template (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying(128) not null,
    type character varying(128) not null,
    "allowedValues" text not null,
    "defaultSelectedValue" character varying(255),
    "tagsetTemplateSetId" uuid
);

create table tagset_template_set (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null
);

create table template (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    type character varying(128) not null,
    "postDefaultDescription" text,
    "authorizationId" uuid,
    "profileId" uuid,
    "templatesSetId" uuid,
    "communityGuidelinesId" uuid,
    "calloutId" uuid,
    "whiteboardId" uuid,
    "contentSpaceId" uuid
);

create table template_content_space (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "rowId" integer not null default nextval('"template_content_space_rowId_seq"'::regclass),
    settings json not null,
    level integer not null,
    "authorizationId" uuid,
    "parentSpaceId" uuid,
    "collaborationId" uuid,
    "aboutId" uuid
);

create table template_default (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    type character varying(128) not null,
    "allowedTemplateType" character varying(128) not null,
    "authorizationId" uuid,
    "templatesManagerId" uuid,
    "templateId" uuid
);

create table templates_manager (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "templatesSetId" uuid
);

create table templates_set (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid
);

create table timeline (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "calendarId" uuid
);

create table "user" (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "communicationID" character varying not null,
    "accountID" uuid not null,
    "rowId" integer not null default nextval('"user_rowId_seq"'::regclass),
    "accountUpn" character varying(128) not null,
    "firstName" character varying(128) not null,
    "lastName" character varying(128) not null,
    email character varying(512) not null,
    phone character varying(128),
    "serviceProfile" boolean not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "agentId" uuid,
    "settingsId" uuid,
    "storageAggregatorId" uuid,
    "conversationsSetId" uuid
);

create table user_group (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "authorizationId" uuid,
    "profileId" uuid,
    "organizationId" uuid,
    "communityId" uuid
);

create table user_settings (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    communication json not null,
    privacy json not null,
    notification json not null,
    "authorizationId" uuid
);

create table vc_interaction (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "threadID" character varying(44) not null,
    "virtualContributorID" uuid not null,
    "externalMetadata" text not null,
    "roomId" uuid
);

create table virtual_contributor (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    "communicationID" character varying not null,
    "rowId" integer not null default nextval('"virtual_contributor_rowId_seq"'::regclass),
    settings json not null,
    "platformSettings" json not null,
    "aiPersonaID" uuid not null,
    "bodyOfKnowledgeID" character varying(128),
    "promptGraphDefinition" json,
    "listedInStore" boolean not null,
    "searchVisibility" character varying(128) not null,
    "dataAccessMode" character varying(128) not null,
    "interactionModes" text not null,
    "bodyOfKnowledgeType" character varying(128) not null,
    "bodyOfKnowledgeDescription" text,
    "authorizationId" uuid,
    "profileId" uuid,
    "agentId" uuid,
    "accountId" uuid,
    "knowledgeBaseId" uuid
);

create table visual (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    name character varying not null,
    uri character varying(2048) not null,
    "minWidth" integer not null,
    "maxWidth" integer not null,
    "minHeight" integer not null,
    "maxHeight" integer not null,
    "aspectRatio" numeric(3, 1) not null,
    "allowedTypes" text not null,
    "alternativeText" character varying(120),
    "authorizationId" uuid,
    "profileId" uuid
);

create table whiteboard (
    id uuid not null default gen_random_uuid(),
    "createdDate" timestamp without time zone not null default now(),
    "updatedDate" timestamp without time zone not null default now(),
    version integer not null,
    "nameID" character varying(36) not null,
    content text not null,
    "createdBy" uuid,
    "contentUpdatePolicy" character varying(128) not null,
    "previewSettings" json not null,
    "authorizationId" uuid,
    "profileId" uuid
);

alter sequence "activity_rowId_seq" owned by activity."rowId";

alter sequence "in_app_notification_rowId_seq" owned by in_app_notification."rowId";

alter sequence migrations_typeorm_id_seq owned by migrations_typeorm.id;

alter sequence "organization_rowId_seq" owned by organization."rowId";

alter sequence "query-result-cache_id_seq" owned by "query-result-cache".id;

alter sequence "space_rowId_seq" owned by space."rowId";

alter sequence "template_content_space_rowId_seq" owned by template_content_space."rowId";

alter sequence "user_rowId_seq" owned by "user"."rowId";

alter sequence "virtual_contributor_rowId_seq" owned by virtual_contributor."rowId";
