-- kratos: types, sequences and empty tables. Generated from postgres.json.

create table continuity_containers (
    id uuid not null,
    identity_id uuid,
    name character varying(255) not null,
    payload jsonb,
    expires_at timestamp without time zone not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid
);

create table courier_message_dispatches (
    id uuid not null,
    message_id uuid not null,
    status character varying(7) not null,
    error json,
    nid uuid not null,
    created_at timestamp without time zone not null default current_timestamp,
    updated_at timestamp without time zone not null default current_timestamp
);

create table courier_messages (
    id uuid not null,
    type integer not null,
    status integer not null,
    body text not null,
    subject character varying(255) not null,
    recipient character varying(255) not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    template_type character varying(255) not null default ''::character varying,
    template_data bytea,
    nid uuid,
    send_count integer not null default 0,
    channel character varying(32)
);

create table identities (
    id uuid not null,
    schema_id character varying(2048) not null,
    traits jsonb not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid,
    state character varying(255) not null default 'active'::character varying,
    state_changed_at timestamp without time zone,
    metadata_public jsonb,
    metadata_admin jsonb,
    available_aal character varying(4),
    organization_id uuid
);

create table identity_credential_identifiers (
    id uuid not null,
    identifier character varying(255) not null,
    identity_credential_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid,
    identity_credential_type_id uuid not null
);

create table identity_credential_types (
    id uuid not null,
    name character varying(32) not null
);

create table identity_credentials (
    id uuid not null,
    config jsonb not null,
    identity_credential_type_id uuid not null,
    identity_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid,
    version integer not null default 0
);

create table identity_login_codes (
    id uuid not null,
    code character varying(64) not null,
    address character varying(255) not null,
    address_type character(36) not null,
    used_at timestamp without time zone,
    expires_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    issued_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    selfservice_login_flow_id uuid not null,
    identity_id uuid not null,
    created_at timestamp without time zone not null default current_timestamp,
    updated_at timestamp without time zone not null default current_timestamp,
    nid uuid not null
);

create table identity_recovery_addresses (
    id uuid not null,
    via character varying(16) not null,
    value character varying(400) not null,
    identity_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid
);

create table identity_recovery_codes (
    id uuid not null,
    code character varying(64) not null,
    used_at timestamp without time zone,
    identity_recovery_address_id uuid,
    code_type integer not null,
    expires_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    issued_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    selfservice_recovery_flow_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid not null,
    identity_id uuid not null
);

create table identity_recovery_tokens (
    id uuid not null,
    token character varying(64) not null,
    used boolean not null default false,
    used_at timestamp without time zone,
    identity_recovery_address_id uuid,
    selfservice_recovery_flow_id uuid,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    expires_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    issued_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    nid uuid,
    identity_id uuid not null,
    token_type integer not null default 0
);

create table identity_registration_codes (
    id uuid not null,
    code character varying(64) not null,
    address character varying(255) not null,
    address_type character(36) not null,
    used_at timestamp without time zone,
    expires_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    issued_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    selfservice_registration_flow_id uuid not null,
    created_at timestamp without time zone not null default current_timestamp,
    updated_at timestamp without time zone not null default current_timestamp,
    nid uuid not null
);

create table identity_verifiable_addresses (
    id uuid not null,
    status character varying(16) not null,
    via character varying(16) not null,
    verified boolean not null,
    value character varying(400) not null,
    verified_at timestamp without time zone,
    identity_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid
);

create table identity_verification_codes (
    id uuid not null,
    code_hmac character varying(64) not null,
    used_at timestamp without time zone,
    identity_verifiable_address_id uuid,
    expires_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    issued_at timestamp without time zone not null default '2000-01-01 00:00:00'::timestamp without time zone,
    selfservice_verification_flow_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid not null
);

create table identity_verification_tokens (
    id uuid not null,
    token character varying(64) not null,
    used boolean not null default false,
    used_at timestamp without time zone,
    expires_at timestamp without time zone not null,
    issued_at timestamp without time zone not null,
    identity_verifiable_address_id uuid not null,
    selfservice_verification_flow_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    nid uuid
);

create table networks (
    id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null
);

create table schema_migration (
    version character varying(48) not null,
    version_self integer not null default 0
);

create table selfservice_errors (
    id uuid not null,
    errors jsonb not null,
    seen_at timestamp without time zone,
    was_seen boolean not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    csrf_token character varying(255) not null default ''::character varying,
    nid uuid
);

create table selfservice_login_flows (
    id uuid not null,
    request_url text not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    active_method character varying(32) not null,
    csrf_token character varying(255) not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    forced boolean not null default false,
    type character varying(16) not null default 'browser'::character varying,
    ui jsonb,
    nid uuid,
    requested_aal character varying(4) not null default 'aal1'::character varying,
    internal_context jsonb not null,
    oauth2_login_challenge uuid,
    oauth2_login_challenge_data text,
    state character varying(255),
    submit_count integer not null default 0,
    organization_id uuid
);

create table selfservice_recovery_flows (
    id uuid not null,
    request_url text not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    active_method character varying(32),
    csrf_token character varying(255) not null,
    state character varying(32) not null,
    recovered_identity_id uuid,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    type character varying(16) not null default 'browser'::character varying,
    ui jsonb,
    nid uuid,
    submit_count integer not null default 0,
    skip_csrf_check boolean not null default false
);

create table selfservice_registration_flows (
    id uuid not null,
    request_url text not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    active_method character varying(32) not null,
    csrf_token character varying(255) not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    type character varying(16) not null default 'browser'::character varying,
    ui jsonb,
    nid uuid,
    internal_context jsonb not null,
    oauth2_login_challenge uuid,
    oauth2_login_challenge_data text,
    state character varying(255),
    submit_count integer not null default 0,
    organization_id uuid
);

create table selfservice_settings_flows (
    id uuid not null,
    request_url text not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    identity_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    active_method character varying(32),
    state character varying(255) not null default 'show_form'::character varying,
    type character varying(16) not null default 'browser'::character varying,
    ui jsonb,
    nid uuid,
    internal_context jsonb not null
);

create table selfservice_verification_flows (
    id uuid not null,
    request_url text not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    csrf_token character varying(255) not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    type character varying(16) not null default 'browser'::character varying,
    state character varying(255) not null default 'show_form'::character varying,
    active_method character varying(32),
    ui jsonb,
    nid uuid,
    submit_count integer not null default 0,
    oauth2_login_challenge text,
    session_id uuid,
    identity_id uuid,
    authentication_methods json
);

create table session_devices (
    id uuid not null,
    ip_address character varying(50) default ''::character varying,
    user_agent character varying(512) default ''::character varying,
    location character varying(512) default ''::character varying,
    nid uuid not null,
    session_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null
);

create table session_token_exchanges (
    id uuid not null,
    nid uuid not null,
    flow_id uuid not null,
    session_id uuid,
    init_code character varying(64) not null,
    return_to_code character varying(64) not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null
);

create table sessions (
    id uuid not null,
    issued_at timestamp without time zone not null default current_timestamp,
    expires_at timestamp without time zone not null,
    authenticated_at timestamp without time zone not null,
    identity_id uuid not null,
    created_at timestamp without time zone not null,
    updated_at timestamp without time zone not null,
    token character varying(39),
    active boolean default false,
    nid uuid,
    logout_token character varying(39),
    aal character varying(4) not null default 'aal1'::character varying,
    authentication_methods jsonb not null
);
