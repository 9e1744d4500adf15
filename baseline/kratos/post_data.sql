-- kratos: keys, constraints and indexes. Generated from postgres.json.

alter table continuity_containers
add constraint continuity_containers_pkey
primary key (id);

alter table courier_message_dispatches
add constraint courier_message_dispatches_pkey
primary key (id);

alter table courier_messages
add constraint courier_messages_pkey
primary key (id);

alter table identities
add constraint identities_pkey
primary key (id);

alter table identity_credential_identifiers
add constraint identity_credential_identifiers_pkey
primary key (id);

alter table identity_credential_types
add constraint identity_credential_types_pkey
primary key (id);

alter table identity_credentials
add constraint identity_credentials_pkey
primary key (id);

alter table identity_login_codes
add constraint identity_login_codes_pkey
primary key (id);

alter table identity_recovery_addresses
add constraint identity_recovery_addresses_pkey
primary key (id);

alter table identity_recovery_codes
add constraint identity_recovery_codes_pkey
primary key (id);

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_pkey
primary key (id);

alter table identity_registration_codes
add constraint identity_registration_codes_pkey
primary key (id);

alter table identity_verifiable_addresses
add constraint identity_verifiable_addresses_pkey
primary key (id);

alter table identity_verification_codes
add constraint identity_verification_codes_pkey
primary key (id);

alter table identity_verification_tokens
add constraint identity_verification_tokens_pkey
primary key (id);

alter table networks
add constraint networks_pkey
primary key (id);

alter table selfservice_errors
add constraint selfservice_errors_pkey
primary key (id);

alter table selfservice_login_flows
add constraint selfservice_login_requests_pkey
primary key (id);

alter table selfservice_recovery_flows
add constraint selfservice_recovery_requests_pkey
primary key (id);

alter table selfservice_registration_flows
add constraint selfservice_registration_requests_pkey
primary key (id);

alter table selfservice_settings_flows
add constraint selfservice_profile_management_requests_pkey
primary key (id);

alter table selfservice_verification_flows
add constraint selfservice_verification_requests_pkey
primary key (id);

alter table session_devices
add constraint session_devices_pkey
primary key (id);

alter table session_token_exchanges
add constraint session_token_exchanges_pkey
primary key (id);

alter table sessions
add constraint sessions_pkey
primary key (id);

create unique index identity_credential_identifiers_identifier_nid_type_uq_idx
on identity_credential_identifiers (nid, identity_credential_type_id, identifier);

create unique index identity_credential_types_name_idx
on identity_credential_types (name);

create unique index identity_recovery_addresses_status_via_uq_idx
on identity_recovery_addresses (nid, via, value);

create unique index identity_recovery_addresses_code_uq_idx
on identity_recovery_tokens (token);

create unique index identity_verifiable_addresses_status_via_uq_idx
on identity_verifiable_addresses (nid, via, value);

create unique index identity_verification_tokens_token_uq_idx
on identity_verification_tokens (token);

create unique index schema_migration_version_idx
on schema_migration (version);

alter table session_devices
add constraint unique_session_device
unique (nid, session_id, ip_address, user_agent);

create unique index sessions_logout_token_uq_idx
on sessions (logout_token);

create unique index sessions_token_uq_idx
on sessions (token);

create index continuity_containers_id_nid_idx
on continuity_containers (id, nid);

create index continuity_containers_identity_id_nid_idx
on continuity_containers (identity_id, nid);

create index continuity_containers_nid_id_idx
on continuity_containers (nid, id);

create index courier_message_dispatches_message_id_idx
on courier_message_dispatches (message_id, created_at desc);

create index courier_message_dispatches_nid_idx
on courier_message_dispatches (nid);

create index courier_messages_id_nid_idx
on courier_messages (id, nid);

create index courier_messages_nid_created_at_id_idx
on courier_messages (nid, created_at desc);

create index courier_messages_nid_id_idx
on courier_messages (nid, id);

create index courier_messages_nid_recipient_created_at_id_idx
on courier_messages (nid, recipient, created_at desc);

create index courier_messages_nid_status_created_at_id_idx
on courier_messages (nid, status, created_at desc);

create index courier_messages_status_idx
on courier_messages (status);

create index identities_id_nid_idx
on identities (id, nid);

create index identities_nid_id_idx
on identities (nid, id);

create index identity_credential_identifiers_id_nid_idx
on identity_credential_identifiers (id, nid);

create index identity_credential_identifiers_nid_i_ici_idx
on identity_credential_identifiers (nid, identifier, identity_credential_id);

create index identity_credential_identifiers_nid_id_idx
on identity_credential_identifiers (nid, id);

create index identity_credential_identifiers_nid_identity_credential_id_idx
on identity_credential_identifiers (identity_credential_id, nid);

create index identity_credentials_id_nid_idx
on identity_credentials (id, nid);

create index identity_credentials_nid_id_idx
on identity_credentials (nid, id);

create index identity_credentials_nid_identity_id_idx
on identity_credentials (identity_id, nid);

create index identity_login_codes_flow_id_idx
on identity_login_codes (selfservice_login_flow_id);

create index identity_login_codes_id_nid_idx
on identity_login_codes (id, nid);

create index identity_login_codes_identity_id_idx
on identity_login_codes (identity_id);

create index identity_login_codes_nid_flow_id_idx
on identity_login_codes (nid, selfservice_login_flow_id);

create index identity_recovery_addresses_id_nid_idx
on identity_recovery_addresses (id, nid);

create index identity_recovery_addresses_nid_id_idx
on identity_recovery_addresses (nid, id);

create index identity_recovery_addresses_nid_identity_id_idx
on identity_recovery_addresses (identity_id, nid);

create index identity_recovery_addresses_status_via_idx
on identity_recovery_addresses (nid, via, value);

create index identity_recovery_codes_flow_id_idx
on identity_recovery_codes (selfservice_recovery_flow_id);

create index identity_recovery_codes_id_nid_idx
on identity_recovery_codes (id, nid);

create index identity_recovery_codes_identity_id_nid_idx
on identity_recovery_codes (identity_id, nid);

create index identity_recovery_codes_identity_recovery_address_id_nid_idx
on identity_recovery_codes (identity_recovery_address_id, nid);

create index identity_recovery_codes_nid_flow_id_idx
on identity_recovery_codes (nid, selfservice_recovery_flow_id);

create index identity_recovery_tokens_id_nid_idx
on identity_recovery_tokens (id, nid);

create index identity_recovery_tokens_identity_id_nid_idx
on identity_recovery_tokens (identity_id, nid);

create index identity_recovery_tokens_identity_recovery_address_id_idx
on identity_recovery_tokens (identity_recovery_address_id);

create index identity_recovery_tokens_nid_id_idx
on identity_recovery_tokens (nid, id);

create index identity_recovery_tokens_selfservice_recovery_flow_id_idx
on identity_recovery_tokens (selfservice_recovery_flow_id);

create index identity_recovery_tokens_token_nid_used_idx
on identity_recovery_tokens (nid, token, used);

create index identity_registration_codes_flow_id_idx
on identity_registration_codes (selfservice_registration_flow_id);

create index identity_registration_codes_id_nid_idx
on identity_registration_codes (id, nid);

create index identity_registration_codes_nid_flow_id_idx
on identity_registration_codes (nid, selfservice_registration_flow_id);

create index identity_verifiable_addresses_id_nid_idx
on identity_verifiable_addresses (id, nid);

create index identity_verifiable_addresses_nid_id_idx
on identity_verifiable_addresses (nid, id);

create index identity_verifiable_addresses_nid_identity_id_idx
on identity_verifiable_addresses (identity_id, nid);

create index identity_verifiable_addresses_status_via_idx
on identity_verifiable_addresses (nid, via, value);

create index identity_verification_codes_flow_id_idx
on identity_verification_codes (selfservice_verification_flow_id);

create index identity_verification_codes_id_nid_idx
on identity_verification_codes (id, nid);

create index identity_verification_codes_nid_flow_id_idx
on identity_verification_codes (nid, selfservice_verification_flow_id);

create index identity_verification_codes_verifiable_address_nid_idx
on identity_verification_codes (identity_verifiable_address_id, nid);

create index identity_verification_tokens_id_nid_idx
on identity_verification_tokens (id, nid);

create index identity_verification_tokens_nid_id_idx
on identity_verification_tokens (nid, id);

create index identity_verification_tokens_token_nid_used_flow_id_idx
on identity_verification_tokens (nid, token, used, selfservice_verification_flow_id);

create index identity_verification_tokens_verifiable_address_id_idx
on identity_verification_tokens (identity_verifiable_address_id);

create index identity_verification_tokens_verification_flow_id_idx
on identity_verification_tokens (selfservice_verification_flow_id);

create index schema_migration_version_self_idx
on schema_migration (version_self);

create index selfservice_errors_errors_nid_id_idx
on selfservice_errors (nid, id);

create index selfservice_login_flows_id_nid_idx
on selfservice_login_flows (id, nid);

create index selfservice_login_flows_nid_id_idx
on selfservice_login_flows (nid, id);

create index selfservice_recovery_flows_id_nid_idx
on selfservice_recovery_flows (id, nid);

create index selfservice_recovery_flows_nid_id_idx
on selfservice_recovery_flows (nid, id);

create index selfservice_recovery_flows_recovered_identity_id_nid_idx
on selfservice_recovery_flows (recovered_identity_id, nid);

create index selfservice_registration_flows_id_nid_idx
on selfservice_registration_flows (id, nid);

create index selfservice_registration_flows_nid_id_idx
on selfservice_registration_flows (nid, id);

create index selfservice_settings_flows_id_nid_idx
on selfservice_settings_flows (id, nid);

create index selfservice_settings_flows_identity_id_nid_idx
on selfservice_settings_flows (identity_id, nid);

create index selfservice_settings_flows_nid_id_idx
on selfservice_settings_flows (nid, id);

create index selfservice_verification_flows_id_nid_idx
on selfservice_verification_flows (id, nid);

create index selfservice_verification_flows_nid_id_idx
on selfservice_verification_flows (nid, id);

create index session_devices_id_nid_idx
on session_devices (id, nid);

create index session_devices_session_id_nid_idx
on session_devices (session_id, nid);

create index session_token_exchanges_nid_code_idx
on session_token_exchanges (init_code, nid);

create index session_token_exchanges_nid_flow_id_idx
on session_token_exchanges (flow_id, nid);

create index sessions_id_nid_idx
on sessions (id, nid);

create index sessions_identity_id_nid_sorted_idx
on sessions (identity_id, nid, authenticated_at desc);

create index sessions_nid_created_at_id_idx
on sessions (nid, created_at desc, id);

create index sessions_nid_id_identity_id_idx
on sessions (nid, identity_id, id);

create index sessions_token_nid_idx
on sessions (nid, token);

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_token_type_ck
check (((token_type = 1) or (token_type = 2)));

alter table continuity_containers
add constraint continuity_containers_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table continuity_containers
add constraint continuity_containers_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table courier_message_dispatches
add constraint courier_message_dispatches_message_id_fk
foreign key (message_id) references courier_messages (id)
on delete cascade;

alter table courier_message_dispatches
add constraint courier_message_dispatches_nid_fk
foreign key (nid) references networks (id)
on delete cascade;

alter table courier_messages
add constraint courier_messages_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identities
add constraint identities_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_credential_identifiers
add constraint identity_credential_identifiers_identity_credential_id_fkey
foreign key (identity_credential_id) references identity_credentials (id)
on delete cascade;

alter table identity_credential_identifiers
add constraint identity_credential_identifiers_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_credential_identifiers
add constraint identity_credential_identifiers_type_id_fk_idx
foreign key (identity_credential_type_id) references identity_credential_types (id)
on delete cascade on update restrict;

alter table identity_credentials
add constraint identity_credentials_identity_credential_type_id_fkey
foreign key (identity_credential_type_id) references identity_credential_types (id)
on delete cascade;

alter table identity_credentials
add constraint identity_credentials_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table identity_credentials
add constraint identity_credentials_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_login_codes
add constraint identity_login_codes_identity_id_fk
foreign key (identity_id) references identities (id)
on delete cascade on update restrict;

alter table identity_login_codes
add constraint identity_login_codes_networks_id_fk
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_login_codes
add constraint identity_login_codes_selfservice_login_flows_id_fk
foreign key (selfservice_login_flow_id) references selfservice_login_flows (id)
on delete cascade;

alter table identity_recovery_addresses
add constraint identity_recovery_addresses_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table identity_recovery_addresses
add constraint identity_recovery_addresses_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_recovery_codes
add constraint identity_recovery_codes_identity_id_fk
foreign key (identity_id) references identities (id)
on delete cascade on update restrict;

alter table identity_recovery_codes
add constraint identity_recovery_codes_identity_recovery_addresses_id_fk
foreign key (identity_recovery_address_id) references identity_recovery_addresses (id)
on delete cascade;

alter table identity_recovery_codes
add constraint identity_recovery_codes_networks_id_fk
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_recovery_codes
add constraint identity_recovery_codes_selfservice_recovery_flows_id_fk
foreign key (selfservice_recovery_flow_id) references selfservice_recovery_flows (id)
on delete cascade;

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_identity_id_fk_idx
foreign key (identity_id) references identities (id)
on delete cascade on update restrict;

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_identity_recovery_address_id_fkey
foreign key (identity_recovery_address_id) references identity_recovery_addresses (id)
on delete cascade;

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_recovery_tokens
add constraint identity_recovery_tokens_selfservice_recovery_request_id_fkey
foreign key (selfservice_recovery_flow_id) references selfservice_recovery_flows (id)
on delete cascade;

alter table identity_registration_codes
add constraint identity_registration_codes_networks_id_fk
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_registration_codes
add constraint identity_registration_codes_selfservice_registration_flows_id_f
foreign key (selfservice_registration_flow_id) references selfservice_registration_flows (id)
on delete cascade;

alter table identity_verifiable_addresses
add constraint identity_verifiable_addresses_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table identity_verifiable_addresses
add constraint identity_verifiable_addresses_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_verification_codes
add constraint identity_verification_codes_identity_verifiable_addresses_id_fk
foreign key (identity_verifiable_address_id) references identity_verifiable_addresses (id)
on delete cascade;

alter table identity_verification_codes
add constraint identity_verification_codes_networks_id_fk
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_verification_codes
add constraint identity_verification_codes_selfservice_verification_flows_id_f
foreign key (selfservice_verification_flow_id) references selfservice_verification_flows (id)
on delete cascade;

alter table identity_verification_tokens
add constraint identity_verification_tokens_identity_verifiable_address_i_fkey
foreign key (identity_verifiable_address_id) references identity_verifiable_addresses (id)
on delete cascade;

alter table identity_verification_tokens
add constraint identity_verification_tokens_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table identity_verification_tokens
add constraint identity_verification_tokens_selfservice_verification_flow_fkey
foreign key (selfservice_verification_flow_id) references selfservice_verification_flows (id)
on delete cascade;

alter table selfservice_errors
add constraint selfservice_errors_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table selfservice_login_flows
add constraint selfservice_login_flows_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table selfservice_recovery_flows
add constraint selfservice_recovery_flows_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table selfservice_recovery_flows
add constraint selfservice_recovery_requests_recovered_identity_id_fkey
foreign key (recovered_identity_id) references identities (id)
on delete cascade;

alter table selfservice_registration_flows
add constraint selfservice_registration_flows_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table selfservice_settings_flows
add constraint selfservice_profile_management_requests_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table selfservice_settings_flows
add constraint selfservice_settings_flows_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table selfservice_verification_flows
add constraint selfservice_verification_flows_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;

alter table session_devices
add constraint session_metadata_nid_fk
foreign key (nid) references networks (id)
on delete cascade;

alter table session_devices
add constraint session_metadata_sessions_id_fk
foreign key (session_id) references sessions (id)
on delete cascade;

alter table sessions
add constraint sessions_identity_id_fkey
foreign key (identity_id) references identities (id)
on delete cascade;

alter table sessions
add constraint sessions_nid_fk_idx
foreign key (nid) references networks (id)
on delete cascade on update restrict;
