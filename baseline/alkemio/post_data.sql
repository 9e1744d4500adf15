-- alkemio: keys, constraints and indexes. Generated from postgres.json.

alter table account
add constraint "PK_54115ee388cdb6d86bb4bf5b2ea"
primary key (id);

alter table activity
add constraint "PK_24625a1d6b1b089c8ae206fe467"
primary key (id);

alter table agent
add constraint "PK_1000e989398c5d4ed585cf9a46f"
primary key (id);

alter table ai_persona
add constraint "PK_a6d9eb6a9c43c5d07d358ed2e2a"
primary key (id);

alter table ai_server
add constraint "PK_4cc0c8ee45be0f83651f174f4c6"
primary key (id);

alter table application
add constraint "PK_569e0c3e863ebdf5f2408ee1670"
primary key (id);

alter table application_questions
add constraint "PK_8ad19e3509fc72da4aefa39891f"
primary key ("applicationId", "nvpId");

alter table authorization_policy
add constraint "PK_fe66e152ac920baa9a53a3499b7"
primary key (id);

alter table calendar
add constraint "PK_2492fb846a48ea16d53864e3267"
primary key (id);

alter table calendar_event
add constraint "PK_176fe24e6eb48c3fef696c7641f"
primary key (id);

alter table callout
add constraint "PK_b0de4e3682528ac95da8263cfea"
primary key (id);

alter table callout_contribution
add constraint "PK_134f3f38768fa3d01823391e991"
primary key (id);

alter table callout_contribution_defaults
add constraint "PK_e849012977f1f9f3b788ca38100"
primary key (id);

alter table callout_framing
add constraint "PK_9d2f7f4f0fad68294a364bc2071"
primary key (id);

alter table callouts_set
add constraint "PK_ea25b817d864ffa7e41a9254749"
primary key (id);

alter table classification
add constraint "PK_1dc9176492b73104aa3d19ccff4"
primary key (id);

alter table collaboration
add constraint "PK_16651fd53e1fc690513e3346063"
primary key (id);

alter table communication
add constraint "PK_392407b9e9100bee1a64e26cd5d"
primary key (id);

alter table community
add constraint "PK_cae794115a383328e8923de4193"
primary key (id);

alter table community_guidelines
add constraint "PK_ffbea98bc7b27d7b72e5f1d2de8"
primary key (id);

alter table conversation
add constraint "PK_864528ec4274360a40f66c29845"
primary key (id);

alter table conversations_set
add constraint "PK_73a366d2f84debeb8b105201494"
primary key (id);

alter table credential
add constraint "PK_3a5169bcd3d5463cefeec78be82"
primary key (id);

alter table discussion
add constraint "PK_b93169eb129e530c6a4c3b9fda1"
primary key (id);

alter table document
add constraint "PK_e57d3357f83f3cdc0acffc3d777"
primary key (id);

alter table form
add constraint "PK_8f72b95aa2f8ba82cf95dc7579e"
primary key (id);

alter table forum
add constraint "PK_ffd925a9b1fa44ab1ce26c9821c"
primary key (id);

alter table in_app_notification
add constraint "PK_9c57597f8e042ab80df73847de4"
primary key (id);

alter table innovation_flow
add constraint "PK_de1265f614a1c80469975d0aabf"
primary key (id);

alter table innovation_flow_state
add constraint "PK_cf4cf4b35e0102b2289afd4f671"
primary key (id);

alter table innovation_hub
add constraint "PK_763015ae2feecc8aecbc2ec991d"
primary key (id);

alter table innovation_pack
add constraint "PK_7a2377a54df86416c58289a3efe"
primary key (id);

alter table invitation
add constraint "PK_beb994737756c0f18a1c1f8669c"
primary key (id);

alter table knowledge_base
add constraint "PK_19d3f52f6da1501b7e235f1da5c"
primary key (id);

alter table library
add constraint "PK_3a61ae2e897d9b5a59a64e91aa4"
primary key (id);

alter table license
add constraint "PK_f168ac1ca5ba87286d03b2ef905"
primary key (id);

alter table license_entitlement
add constraint "PK_7666dbb50926db5ed4b12658684"
primary key (id);

alter table license_plan
add constraint "PK_634fff4dbc0551f321cbc687725"
primary key (id);

alter table license_policy
add constraint "PK_ed04907056b7979aeb579ddb77f"
primary key (id);

alter table licensing_framework
add constraint "PK_835def882f9474bb983040198ef"
primary key (id);

alter table lifecycle
add constraint "PK_7c4838795fe07c9031abb6762f7"
primary key (id);

alter table link
add constraint "PK_26206fb7186da72fbb9eaa3fac9"
primary key (id);

alter table location
add constraint "PK_876d7bdba03c72251ec4c2dc827"
primary key (id);

alter table memo
add constraint "PK_612b46ac33a01fda3efb085302d"
primary key (id);

alter table migrations_typeorm
add constraint "PK_48f349806db3f6cc916da893c67"
primary key (id);

alter table nvp
add constraint "PK_f5bf73eba4f373433cb9bb75e88"
primary key (id);

alter table organization
add constraint "PK_472c1f99a32def1b0abb219cd67"
primary key (id);

alter table organization_verification
add constraint "PK_0557bbac7f6a2f74fccd0791f82"
primary key (id);

alter table platform
add constraint "PK_c33d6abeebd214bd2850bfd6b8e"
primary key (id);

alter table platform_invitation
add constraint "PK_66d9303d58aa97cdf0a9a3896f8"
primary key (id);

alter table post
add constraint "PK_be5fda3aac270b134ff9c21cdee"
primary key (id);

alter table profile
add constraint "PK_3dd8bfc97e4a77c70971591bdcb"
primary key (id);

alter table "query-result-cache"
add constraint "PK_6a98f758d8bfd010e7e10ffd3d3"
primary key (id);

alter table reference
add constraint "PK_01bacbbdd90839b7dce352e4250"
primary key (id);

alter table role
add constraint "PK_b36bcfe02fc8de3c57a8b2391c2"
primary key (id);

alter table role_set
add constraint "PK_68be1f1c57124a17e621febc139"
primary key (id);

alter table room
add constraint "PK_c6d46db005d623e691b2fbcba23"
primary key (id);

alter table space
add constraint "PK_094f5ec727fe052956a11623640"
primary key (id);

alter table space_about
add constraint "PK_1e4422476ffe629a206c0d9c3c6"
primary key (id);

alter table storage_aggregator
add constraint "PK_66372534c4528a713d60c28284d"
primary key (id);

alter table storage_bucket
add constraint "PK_97cd0c3fe7f51e34216822e5f91"
primary key (id);

alter table tagset
add constraint "PK_01dda0b4883d2ef450ef898038f"
primary key (id);

alter table tagset_template
add constraint "PK_92ce1dc09c60bf1e11f040133b2"
primary key (id);

alter table tagset_template_set
add constraint "PK_2836cef181f1d38f8ecbe9de246"
primary key (id);

alter table template
add constraint "PK_fbae2ac36bd9b5e1e793b957b7f"
primary key (id);

alter table template_content_space
add constraint "PK_140eda2764b73f51493b4ccadc5"
primary key (id);

alter table template_default
add constraint "PK_bd6d9c154d91399a10665131daa"
primary key (id);

alter table templates_manager
add constraint "PK_83750198647c82e3586eda4cb37"
primary key (id);

alter table templates_set
add constraint "PK_db6605bb92461e7876fd9ec1856"
primary key (id);

alter table timeline
add constraint "PK_f841188896cefd9277904ec40b9"
primary key (id);

alter table "user"
add constraint "PK_cace4a159ff9f2512dd42373760"
primary key (id);

alter table user_group
add constraint "PK_3c29fba6fe013ec8724378ce7c9"
primary key (id);

alter table user_settings
add constraint "PK_00f004f5922a0744d174530d639"
primary key (id);

alter table vc_interaction
add constraint "PK_86198d9af3deb469f6ff10fc649"
primary key (id);

alter table virtual_contributor
add constraint "PK_b81a1ab0eb4d1a0dfeec54faf0b"
primary key (id);

alter table visual
add constraint "PK_af8132b2ef744e2703ea70799cc"
primary key (id);

alter table whiteboard
add constraint "PK_a699ea2431d3243458dc9350c0a"
primary key (id);

alter table account
add constraint "REL_833582df0c439ab8c9adc5240d"
unique ("agentId");

alter table account
add constraint "REL_8339e62882f239dc00ff5866f8"
unique ("licenseId");

alter table account
add constraint "REL_91a165c1091a6959cc19d52239"
unique ("authorizationId");

alter table account
add constraint "REL_950221e932175dc7cf7c006488"
unique ("storageAggregatorId");

alter table activity
add constraint "UQ_07a39cea9426b689be25fd61ded"
unique ("rowId");

alter table agent
add constraint "REL_8ed9d1af584fa62f1ad3405b33"
unique ("authorizationId");

alter table ai_persona
add constraint "REL_293f0d3ef60cb0ca0006044ecf"
unique ("authorizationId");

alter table ai_server
add constraint "REL_9d520fa5fed56042918e48fc4b"
unique ("authorizationId");

alter table application
add constraint "REL_56f5614fff0028d40370499582"
unique ("authorizationId");

alter table application
add constraint "REL_7ec2857c7d8d16432ffca1cb3d"
unique ("lifecycleId");

alter table calendar
add constraint "REL_6e74d59afda096b68d12a69969"
unique ("authorizationId");

alter table calendar_event
add constraint "REL_8ee86afa2808a4ab523b9ee6c5"
unique ("authorizationId");

alter table calendar_event
add constraint "REL_9349e137959f3ca5818c2e62b3"
unique ("profileId");

alter table calendar_event
add constraint "REL_b5069b11030e9608ee4468f850"
unique ("commentsId");

alter table callout
add constraint "REL_0674c137336c2417df036053b6"
unique ("classificationId");

alter table callout
add constraint "REL_36b0da55acff774d0845aeb55f"
unique ("contributionDefaultsId");

alter table callout
add constraint "REL_6289dee12effb51320051c6f1f"
unique ("authorizationId");

alter table callout
add constraint "REL_62ed316cda7b75735b20307b47"
unique ("commentsId");

alter table callout
add constraint "REL_cf776244b01436d8ca5cc76284"
unique ("framingId");

alter table callout_contribution
add constraint "REL_5e34f9a356f6254b8da24f8947"
unique ("whiteboardId");

alter table callout_contribution
add constraint "REL_97fefc97fb254c30577696e1c0"
unique ("postId");

alter table callout_contribution
add constraint "REL_bdf2d0eced5c95968a85caaaae"
unique ("linkId");

alter table callout_contribution
add constraint "REL_d1e29afff9bc73a1e20e468e3f"
unique ("memoId");

alter table callout_contribution
add constraint "REL_dfa86c46f509a61c6510536cd9"
unique ("authorizationId");

alter table callout_framing
add constraint "REL_7c71c36a3eba63b8b52b30eb25"
unique ("memoId");

alter table callout_framing
add constraint "REL_8bc0e1f40be5816d3a593cbf7f"
unique ("whiteboardId");

alter table callout_framing
add constraint "REL_c3eee1b0c21294874daec15ad5"
unique ("linkId");

alter table callout_framing
add constraint "REL_c9d7c2c4eb8a1d012ddc6605da"
unique ("authorizationId");

alter table callout_framing
add constraint "REL_f53e2d266432e58e538a366705"
unique ("profileId");

alter table callouts_set
add constraint "REL_211515f7e21e93136a6b905e84"
unique ("tagsetTemplateSetId");

alter table callouts_set
add constraint "REL_8f3fd7a83451183166aac4ad02"
unique ("authorizationId");

alter table classification
add constraint "REL_42422fc4b9dfe4424046f12d8f"
unique ("authorizationId");

alter table collaboration
add constraint "REL_262ecf3f5d70b82a4833618425"
unique ("authorizationId");

alter table collaboration
add constraint "REL_35c6b1de6d4d89dfe8e9c85d77"
unique ("innovationFlowId");

alter table collaboration
add constraint "REL_9e1ebbc0972fa354d33b67a1a0"
unique ("calloutsSetId");

alter table collaboration
add constraint "REL_aa5815c9577533141cbc4aebe9"
unique ("licenseId");

alter table collaboration
add constraint "REL_f67a2d25c945269d602c182fbc"
unique ("timelineId");

alter table communication
add constraint "REL_a20c5901817dd09d5906537e08"
unique ("authorizationId");

alter table communication
add constraint "REL_eb99e588873c788a68a035478a"
unique ("updatesId");

alter table community
add constraint "REL_3b8f390d76263ef5996869da07"
unique ("roleSetId");

alter table community
add constraint "REL_6e7584bfb417bd0f8e8696ab58"
unique ("authorizationId");

alter table community
add constraint "REL_7fbe50fa78a37776ad962cb764"
unique ("communicationId");

alter table community_guidelines
add constraint "REL_3d60fe4fa40d54bad7d51bb4bd"
unique ("profileId");

alter table community_guidelines
add constraint "REL_684b272e6f7459439d41d2879e"
unique ("authorizationId");

alter table conversation
add constraint "REL_a6cdd15ca94945e57a3abbf64d"
unique ("authorizationId");

alter table conversation
add constraint "REL_c3eb45de493217a6d0e225028f"
unique ("roomId");

alter table conversations_set
add constraint "REL_57e3ee47af26b479a67e7f94da"
unique ("authorizationId");

alter table discussion
add constraint "REL_2d8a3ca181c3f0346817685d21"
unique ("profileId");

alter table discussion
add constraint "REL_4555dccdda9ba57d8e3a634cd0"
unique ("authorizationId");

alter table discussion
add constraint "REL_5337074c9b818bb63e6f314c80"
unique ("commentsId");

alter table document
add constraint "REL_9fb9257b14ec21daf5bc9aa4c8"
unique ("tagsetId");

alter table document
add constraint "REL_d9e2dfcccf59233c17cc6bc641"
unique ("authorizationId");

alter table forum
add constraint "REL_3b0c92945f36d06f37de80285d"
unique ("authorizationId");

alter table in_app_notification
add constraint "UQ_4c6428607b038a5b96509f8c2e1"
unique ("rowId");

alter table innovation_flow
add constraint "REL_858fd06a671b804765d91251e6"
unique ("flowStatesTagsetTemplateId");

alter table innovation_flow
add constraint "REL_96a8cbe1706f459fd7d883be9b"
unique ("profileId");

alter table innovation_flow
add constraint "REL_a6e050daa4c7a3ab1e411c3651"
unique ("authorizationId");

alter table innovation_flow_state
add constraint "REL_83d9f1d85d3ca51828168ea336"
unique ("authorizationId");

alter table innovation_hub
add constraint "REL_36c8905c2c6c59467c60d94fd8"
unique ("profileId");

alter table innovation_hub
add constraint "REL_b411e4f27d77a96eccdabbf4b4"
unique ("authorizationId");

alter table innovation_hub
add constraint "UQ_8f35d04d098bb6c7c57a9a83ac2"
unique (subdomain);

alter table innovation_pack
add constraint "REL_5facd6d188068a5a1c5b6f07fc"
unique ("profileId");

alter table innovation_pack
add constraint "REL_8af8122897b05315e7eb892525"
unique ("authorizationId");

alter table innovation_pack
add constraint "REL_a1441e46c8d36090e1f6477cea"
unique ("templatesSetId");

alter table invitation
add constraint "REL_b0c80ccf319a1c7a7af12b3998"
unique ("lifecycleId");

alter table invitation
add constraint "REL_b132226941570cb650a4023d49"
unique ("authorizationId");

alter table knowledge_base
add constraint "REL_0e8a8e02916c701eeed6bf866a"
unique ("profileId");

alter table knowledge_base
add constraint "REL_610fe23f4b0c4d8e38f0d0fbf3"
unique ("authorizationId");

alter table knowledge_base
add constraint "REL_970b16bb8c1f8daee6135b00c8"
unique ("calloutsSetId");

alter table library
add constraint "REL_3879db652f2421337691219ace"
unique ("authorizationId");

alter table license
add constraint "REL_bfd01743815f0dd68ac1c5c45c"
unique ("authorizationId");

alter table license_policy
add constraint "REL_23d4d78ea8db637df031f86f03"
unique ("authorizationId");

alter table licensing_framework
add constraint "REL_29b5cd2c555b47f80942dfa4aa"
unique ("authorizationId");

alter table licensing_framework
add constraint "REL_427ff5dfcabbc692ed6d71acae"
unique ("licensePolicyId");

alter table link
add constraint "REL_07f249ac87502495710a62c5c0"
unique ("authorizationId");

alter table link
add constraint "REL_3bfc8c1aaec1395cc148268d3c"
unique ("profileId");

alter table memo
add constraint "REL_3eae185405c8e3a7d1828cf863"
unique ("profileId");

alter table memo
add constraint "REL_c3a02e516496db62a676a0bfb7"
unique ("authorizationId");

alter table organization
add constraint "REL_395aa74996a1f978b4969d114b"
unique ("storageAggregatorId");

alter table organization
add constraint "REL_5a72d5b37312bac2e0a0115718"
unique ("verificationId");

alter table organization
add constraint "REL_7f1bec8979b57ed7ebd392a2ca"
unique ("agentId");

alter table organization
add constraint "REL_857684833bbd26eff72f97bcfd"
unique ("roleSetId");

alter table organization
add constraint "REL_d2cb77c14644156ec8e865608e"
unique ("profileId");

alter table organization
add constraint "REL_e0e150e4f11d906b931b46a2d8"
unique ("authorizationId");

alter table organization
add constraint "UQ_9fdd8f0bfe04a676822c7265e17"
unique ("rowId");

alter table organization
add constraint "UQ_d11fdb37a7b736d053b762b27c9"
unique ("nameID");

alter table organization_verification
add constraint "REL_1cc3b275fc2a9d9d9b0ae33b31"
unique ("lifecycleId");

alter table organization_verification
add constraint "REL_c66eddab0caacb1ef8d46bcafd"
unique ("authorizationId");

alter table platform
add constraint "REL_36d8347a558f81ced8a621fe50"
unique ("licensingFrameworkId");

alter table platform
add constraint "REL_40f3ebb0c2a0b2a1557e67f849"
unique ("roleSetId");

alter table platform
add constraint "REL_81f92b22d30540102e9654e892"
unique ("templatesManagerId");

alter table platform
add constraint "REL_9f621c51dd854634d8766a9cfa"
unique ("authorizationId");

alter table platform
add constraint "REL_ca469f5ec53a7719d155d60aca"
unique ("libraryId");

alter table platform
add constraint "REL_dd88d373c64b04e24705d575c9"
unique ("forumId");

alter table platform
add constraint "REL_f516dd9a46616999c7e9a6adc1"
unique ("storageAggregatorId");

alter table platform_invitation
add constraint "REL_c0448d2c992a62c9c11bd0f142"
unique ("authorizationId");

alter table post
add constraint "REL_042b9825d770d6b3009ae206c2"
unique ("commentsId");

alter table post
add constraint "REL_390343b22abec869bf80041933"
unique ("authorizationId");

alter table post
add constraint "REL_970844fcd10c2b6df7c1b49eac"
unique ("profileId");

alter table profile
add constraint "REL_432056041df0e4337b17ff7b09"
unique ("locationId");

alter table profile
add constraint "REL_4a1c74fd2a61b32d9d9500e065"
unique ("storageBucketId");

alter table profile
add constraint "REL_a96475631aba7dce41db03cc8b"
unique ("authorizationId");

alter table reference
add constraint "REL_73e8ae665a49366ca7e2866a45"
unique ("authorizationId");

alter table role_set
add constraint "REL_00905b142498f63e76d38fb254"
unique ("applicationFormId");

alter table role_set
add constraint "REL_b038f74c8d4eadb839e78b99ce"
unique ("authorizationId");

alter table role_set
add constraint "REL_c25bfb0c837427dd54e250b240"
unique ("licenseId");

alter table room
add constraint "REL_d1d94dd8e0c417b4188a05ccbc"
unique ("authorizationId");

alter table space
add constraint "REL_3ef80ef55ba1a1d45e625ea838"
unique ("licenseId");

alter table space
add constraint "REL_68fa2c2b00cc1ed77e7c225e8b"
unique ("communityId");

alter table space
add constraint "REL_8d03fd2c8e8411ec9192c79cd9"
unique ("authorizationId");

alter table space
add constraint "REL_980c4643d7d9de1b97bc39f518"
unique ("storageAggregatorId");

alter table space
add constraint "REL_9c664d684f987a735678b0ba82"
unique ("agentId");

alter table space
add constraint "REL_c59c1beb254808dd32007de661"
unique ("aboutId");

alter table space
add constraint "REL_dea52ce918df6950019678fa35"
unique ("templatesManagerId");

alter table space
add constraint "REL_ea06eb8894469a0f262d929bf0"
unique ("collaborationId");

alter table space
add constraint "UQ_0f03c61020ea0dfa0198c60304d"
unique ("rowId");

alter table space_about
add constraint "REL_35584de03c66d9d473cbbe9d37"
unique ("profileId");

alter table space_about
add constraint "REL_830c5cd4eda4b4ba8e297101c7"
unique ("guidelinesId");

alter table space_about
add constraint "REL_8ce1fdaa7405b062b0102ce5f1"
unique ("authorizationId");

alter table storage_aggregator
add constraint "REL_0647707288c243e60091c8d862"
unique ("directStorageId");

alter table storage_aggregator
add constraint "REL_f3b4d59c0b805c9c1ecb0070e1"
unique ("authorizationId");

alter table storage_bucket
add constraint "REL_f2f48b57269987b13b415a0058"
unique ("authorizationId");

alter table tagset
add constraint "REL_eb59b98ee6ef26c993d0d75c83"
unique ("authorizationId");

alter table template
add constraint "REL_4318f97beabd362a8a09e9d320"
unique ("authorizationId");

alter table template
add constraint "REL_c6e4d1a07781a809ad3b3ee826"
unique ("calloutId");

alter table template
add constraint "REL_dc4f33c8d24ef7a8af59aafc8b"
unique ("contentSpaceId");

alter table template
add constraint "REL_eedeae5e63f9a9c3a0161541e9"
unique ("communityGuidelinesId");

alter table template
add constraint "REL_f09090a77e07377eefb3f731d9"
unique ("whiteboardId");

alter table template
add constraint "REL_f58c3b144b6e010969e199beef"
unique ("profileId");

alter table template_content_space
add constraint "REL_1101883dd80b6c54f3171979b9"
unique ("collaborationId");

alter table template_content_space
add constraint "REL_6c3991ba75f25e07d478a6296d"
unique ("authorizationId");

alter table template_content_space
add constraint "REL_9d01f912e7465553e45a551509"
unique ("aboutId");

alter table template_content_space
add constraint "UQ_93791de89f18db45fe1e9bd5e5d"
unique ("rowId");

alter table template_default
add constraint "REL_9dbeb9326140b3ce01c1037efe"
unique ("authorizationId");

alter table template_default
add constraint "REL_b6617b64c6ea8ebb24947ddbd4"
unique ("templateId");

alter table templates_manager
add constraint "REL_19ea19263c6016f411fb008243"
unique ("authorizationId");

alter table templates_manager
add constraint "REL_7ba875eee72ec5fcbe2355124d"
unique ("templatesSetId");

alter table templates_set
add constraint "REL_eb0176ef4b98c143322aa6f809"
unique ("authorizationId");

alter table timeline
add constraint "REL_56aae15a664b2889a1a11c2cf8"
unique ("calendarId");

alter table timeline
add constraint "REL_5fe58ece01b48496aebc04733d"
unique ("authorizationId");

alter table "user"
add constraint "REL_09f909622aa177a097256b7cc2"
unique ("authorizationId");

alter table "user"
add constraint "REL_10458c50c10436b6d589b40e5c"
unique ("storageAggregatorId");

alter table "user"
add constraint "REL_390395c3d8592e3e8d8422ce85"
unique ("settingsId");

alter table "user"
add constraint "REL_7bb8a970cf4ef09e1f5169a544"
unique ("conversationsSetId");

alter table "user"
add constraint "REL_9466682df91534dd95e4dbaa61"
unique ("profileId");

alter table "user"
add constraint "REL_b61c694cacfab25533bd23d9ad"
unique ("agentId");

alter table "user"
add constraint "UQ_266bc44a18601f893566962df69"
unique ("rowId");

alter table "user"
add constraint "UQ_ad8730bcd46ca67fb2d1edd7565"
unique ("nameID");

alter table "user"
add constraint "UQ_c09b537a5d76200c622a0fd0b70"
unique ("accountUpn");

alter table "user"
add constraint "UQ_e12875dfb3b1d92d7d7c5377e22"
unique (email);

alter table user_group
add constraint "REL_9912e4cfc1e09848a392a65151"
unique ("profileId");

alter table user_group
add constraint "REL_e8e32f1e59c349b406a4752e54"
unique ("authorizationId");

alter table user_settings
add constraint "REL_320cf6b7374f1204df6741bbb0"
unique ("authorizationId");

alter table virtual_contributor
add constraint "REL_409cc6ee5429588f868cd59a1d"
unique ("knowledgeBaseId");

alter table virtual_contributor
add constraint "REL_4504c37764f6962ccbd165a21d"
unique ("profileId");

alter table virtual_contributor
add constraint "REL_a8890dcd65b8c3ee6e160d33f3"
unique ("agentId");

alter table virtual_contributor
add constraint "REL_e2eaa2213ac4454039cd8abc07"
unique ("authorizationId");

alter table virtual_contributor
add constraint "UQ_a643bc875218dd4abbf86bbf7fa"
unique ("rowId");

alter table virtual_contributor
add constraint "UQ_d068ef33a6752b8a48839b89d44"
unique ("nameID");

alter table visual
add constraint "REL_4fbd109f9bb84f58b7a3c60649"
unique ("authorizationId");

alter table whiteboard
add constraint "REL_3f9e9e2798d2a4d84b16ee8477"
unique ("profileId");

alter table whiteboard
add constraint "REL_d3b86160bb7d704212382b0ca4"
unique ("authorizationId");

create index "IDX_8495fae86f13836b0745642baa"
on application_questions ("applicationId");

create index "IDX_fe50118fd82e7fe2f74f986a19"
on application_questions ("nvpId");

alter table account
add constraint "FK_833582df0c439ab8c9adc5240d1"
foreign key ("agentId") references agent (id)
on delete set null;

alter table account
add constraint "FK_8339e62882f239dc00ff5866f8c"
foreign key ("licenseId") references license (id)
on delete set null;

alter table account
add constraint "FK_91a165c1091a6959cc19d522399"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table account
add constraint "FK_950221e932175dc7cf7c0064887"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table agent
add constraint "FK_8ed9d1af584fa62f1ad3405b33b"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table ai_persona
add constraint "FK_293f0d3ef60cb0ca0006044ecfd"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table ai_persona
add constraint "FK_7460caf8dad74c0a302af76b1d5"
foreign key ("aiServerId") references ai_server (id);

alter table ai_server
add constraint "FK_9d520fa5fed56042918e48fc4b5"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table application
add constraint "FK_56f5614fff0028d403704995822"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table application
add constraint "FK_7ec2857c7d8d16432ffca1cb3d9"
foreign key ("lifecycleId") references lifecycle (id)
on delete set null;

alter table application
add constraint "FK_8fb220ad1ac1f9c86ec39d134e4"
foreign key ("roleSetId") references role_set (id)
on delete cascade;

alter table application
add constraint "FK_b4ae3fea4a24b4be1a86dacf8a2"
foreign key ("userId") references "user" (id)
on delete cascade;

alter table application_questions
add constraint "FK_8495fae86f13836b0745642baa8"
foreign key ("applicationId") references application (id)
on delete cascade on update cascade;

alter table application_questions
add constraint "FK_fe50118fd82e7fe2f74f986a195"
foreign key ("nvpId") references nvp (id)
on delete cascade on update cascade;

alter table authorization_policy
add constraint "FK_24b8950effd9ba78caa48ba76df"
foreign key ("parentAuthorizationPolicyId") references authorization_policy (id)
on delete set null;

alter table calendar
add constraint "FK_6e74d59afda096b68d12a699691"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table calendar_event
add constraint "FK_80ab7835e1749581a27462eb87f"
foreign key ("calendarId") references calendar (id)
on delete cascade;

alter table calendar_event
add constraint "FK_8ee86afa2808a4ab523b9ee6c5e"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table calendar_event
add constraint "FK_9349e137959f3ca5818c2e62b3f"
foreign key ("profileId") references profile (id)
on delete set null;

alter table calendar_event
add constraint "FK_b5069b11030e9608ee4468f850d"
foreign key ("commentsId") references room (id)
on delete set null;

alter table callout
add constraint "FK_0674c137336c2417df036053b65"
foreign key ("classificationId") references classification (id)
on delete set null;

alter table callout
add constraint "FK_08d3fa19eb35058446dafa99192"
foreign key ("calloutsSetId") references callouts_set (id)
on delete cascade;

alter table callout
add constraint "FK_36b0da55acff774d0845aeb55f2"
foreign key ("contributionDefaultsId") references callout_contribution_defaults (id)
on delete set null;

alter table callout
add constraint "FK_6289dee12effb51320051c6f1fc"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table callout
add constraint "FK_62ed316cda7b75735b20307b47e"
foreign key ("commentsId") references room (id)
on delete set null;

alter table callout
add constraint "FK_cf776244b01436d8ca5cc762848"
foreign key ("framingId") references callout_framing (id)
on delete set null;

alter table callout_contribution
add constraint "FK_5e34f9a356f6254b8da24f8947b"
foreign key ("whiteboardId") references whiteboard (id)
on delete set null;

alter table callout_contribution
add constraint "FK_7370de8eb79ed00b0d403f2299a"
foreign key ("calloutId") references callout (id)
on delete cascade;

alter table callout_contribution
add constraint "FK_97fefc97fb254c30577696e1c0a"
foreign key ("postId") references post (id)
on delete set null;

alter table callout_contribution
add constraint "FK_bdf2d0eced5c95968a85caaaaee"
foreign key ("linkId") references link (id)
on delete set null;

alter table callout_contribution
add constraint "FK_d1e29afff9bc73a1e20e468e3fd"
foreign key ("memoId") references memo (id)
on delete set null;

alter table callout_contribution
add constraint "FK_dfa86c46f509a61c6510536cd9a"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table callout_framing
add constraint "FK_7c71c36a3eba63b8b52b30eb25d"
foreign key ("memoId") references memo (id)
on delete set null;

alter table callout_framing
add constraint "FK_8bc0e1f40be5816d3a593cbf7fa"
foreign key ("whiteboardId") references whiteboard (id)
on delete set null;

alter table callout_framing
add constraint "FK_c3eee1b0c21294874daec15ad59"
foreign key ("linkId") references link (id)
on delete set null;

alter table callout_framing
add constraint "FK_c9d7c2c4eb8a1d012ddc6605da9"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table callout_framing
add constraint "FK_f53e2d266432e58e538a366705d"
foreign key ("profileId") references profile (id)
on delete set null;

alter table callouts_set
add constraint "FK_211515f7e21e93136a6b905e84a"
foreign key ("tagsetTemplateSetId") references tagset_template_set (id);

alter table callouts_set
add constraint "FK_8f3fd7a83451183166aac4ad02f"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table classification
add constraint "FK_42422fc4b9dfe4424046f12d8fd"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table collaboration
add constraint "FK_262ecf3f5d70b82a48336184251"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table collaboration
add constraint "FK_35c6b1de6d4d89dfe8e9c85d771"
foreign key ("innovationFlowId") references innovation_flow (id)
on delete set null;

alter table collaboration
add constraint "FK_9e1ebbc0972fa354d33b67a1a02"
foreign key ("calloutsSetId") references callouts_set (id)
on delete set null;

alter table collaboration
add constraint "FK_aa5815c9577533141cbc4aebe9f"
foreign key ("licenseId") references license (id)
on delete set null;

alter table collaboration
add constraint "FK_f67a2d25c945269d602c182fbc0"
foreign key ("timelineId") references timeline (id)
on delete set null;

alter table communication
add constraint "FK_a20c5901817dd09d5906537e087"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table communication
add constraint "FK_eb99e588873c788a68a035478ab"
foreign key ("updatesId") references room (id)
on delete set null;

alter table community
add constraint "FK_3b8f390d76263ef5996869da071"
foreign key ("roleSetId") references role_set (id)
on delete set null;

alter table community
add constraint "FK_6e7584bfb417bd0f8e8696ab585"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table community
add constraint "FK_7fbe50fa78a37776ad962cb7643"
foreign key ("communicationId") references communication (id)
on delete set null;

alter table community_guidelines
add constraint "FK_3d60fe4fa40d54bad7d51bb4bd1"
foreign key ("profileId") references profile (id)
on delete set null;

alter table community_guidelines
add constraint "FK_684b272e6f7459439d41d2879ee"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table conversation
add constraint "FK_9604668892b53a75690fb92ec25"
foreign key ("conversationsSetId") references conversations_set (id)
on delete cascade;

alter table conversation
add constraint "FK_a6cdd15ca94945e57a3abbf64d1"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table conversation
add constraint "FK_c3eb45de493217a6d0e225028fa"
foreign key ("roomId") references room (id)
on delete set null;

alter table conversations_set
add constraint "FK_57e3ee47af26b479a67e7f94da0"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table credential
add constraint "FK_dbe0929355f82e5995f0b7fd5e2"
foreign key ("agentId") references agent (id)
on delete cascade;

alter table discussion
add constraint "FK_0de78853c1ee793f61bda7eff79"
foreign key ("forumId") references forum (id)
on delete cascade;

alter table discussion
add constraint "FK_2d8a3ca181c3f0346817685d21d"
foreign key ("profileId") references profile (id)
on delete set null;

alter table discussion
add constraint "FK_4555dccdda9ba57d8e3a634cd0d"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table discussion
add constraint "FK_5337074c9b818bb63e6f314c808"
foreign key ("commentsId") references room (id)
on delete set null;

alter table document
add constraint "FK_851e50ec4be7c62a1f9b9a430bf"
foreign key ("storageBucketId") references storage_bucket (id)
on delete cascade;

alter table document
add constraint "FK_9fb9257b14ec21daf5bc9aa4c8e"
foreign key ("tagsetId") references tagset (id)
on delete set null;

alter table document
add constraint "FK_d9e2dfcccf59233c17cc6bc6418"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table forum
add constraint "FK_3b0c92945f36d06f37de80285dd"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table in_app_notification
add constraint "FK_3a71f82d91a3809bd652cd80f1f"
foreign key ("organizationID") references organization (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_439dd686c1912533c380b783f0b"
foreign key ("roomID") references room (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_60085ab32808bc5f628fe3ca587"
foreign key ("spaceID") references space (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_618449b41643adab8598b80e1b2"
foreign key ("contributorOrganizationID") references organization (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_6df3d947b625cf6bd2ed856f632"
foreign key ("contributionID") references callout_contribution (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_75c3fa6ba71954e8586bfdbe725"
foreign key ("calloutID") references callout (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_8bf8b7bba9aab93abcaa4238820"
foreign key ("calendarEventID") references calendar_event (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_a84dd5170304562dbd58b37521e"
foreign key ("receiverID") references "user" (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_b2f1dc00232220031a6921da1b9"
foreign key ("invitationID") references invitation (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_b8fe43c84d0f765bba5f6bd054d"
foreign key ("applicationID") references application (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_c9c5d92154e4300bad54b7bbcc7"
foreign key ("contributorVcID") references virtual_contributor (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_d298041d567d984ed6c0667c814"
foreign key ("userID") references "user" (id)
on delete cascade;

alter table in_app_notification
add constraint "FK_e4b8c5447b138bd2ce749274ae3"
foreign key ("contributorUserID") references "user" (id)
on delete cascade;

alter table innovation_flow
add constraint "FK_858fd06a671b804765d91251e6c"
foreign key ("flowStatesTagsetTemplateId") references tagset_template (id)
on delete set null;

alter table innovation_flow
add constraint "FK_96a8cbe1706f459fd7d883be9bd"
foreign key ("profileId") references profile (id)
on delete set null;

alter table innovation_flow
add constraint "FK_a6e050daa4c7a3ab1e411c36517"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table innovation_flow_state
add constraint "FK_73db98435e680e2a2dada61e815"
foreign key ("innovationFlowId") references innovation_flow (id)
on delete cascade;

alter table innovation_flow_state
add constraint "FK_83d9f1d85d3ca51828168ea3367"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table innovation_hub
add constraint "FK_156fd30246eb151b9d17716abf5"
foreign key ("accountId") references account (id)
on delete set null;

alter table innovation_hub
add constraint "FK_36c8905c2c6c59467c60d94fd8a"
foreign key ("profileId") references profile (id)
on delete set null;

alter table innovation_hub
add constraint "FK_b411e4f27d77a96eccdabbf4b45"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table innovation_pack
add constraint "FK_51014590f9644e6ff9e0536f40f"
foreign key ("accountId") references account (id)
on delete cascade;

alter table innovation_pack
add constraint "FK_5facd6d188068a5a1c5b6f07fc3"
foreign key ("profileId") references profile (id)
on delete set null;

alter table innovation_pack
add constraint "FK_8af8122897b05315e7eb8925253"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table innovation_pack
add constraint "FK_a1441e46c8d36090e1f6477cea5"
foreign key ("templatesSetId") references templates_set (id)
on delete set null;

alter table invitation
add constraint "FK_6a3b86c6db10582baae7058f5b9"
foreign key ("roleSetId") references role_set (id)
on delete cascade;

alter table invitation
add constraint "FK_b0c80ccf319a1c7a7af12b39987"
foreign key ("lifecycleId") references lifecycle (id)
on delete set null;

alter table invitation
add constraint "FK_b132226941570cb650a4023d493"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table knowledge_base
add constraint "FK_0e8a8e02916c701eeed6bf866ad"
foreign key ("profileId") references profile (id)
on delete set null;

alter table knowledge_base
add constraint "FK_610fe23f4b0c4d8e38f0d0fbf34"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table knowledge_base
add constraint "FK_970b16bb8c1f8daee6135b00c82"
foreign key ("calloutsSetId") references callouts_set (id)
on delete set null;

alter table library
add constraint "FK_3879db652f2421337691219ace8"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table license
add constraint "FK_bfd01743815f0dd68ac1c5c45c0"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table license_entitlement
add constraint "FK_badab780c9f3e196d98ab324686"
foreign key ("licenseId") references license (id)
on delete cascade;

alter table license_plan
add constraint "FK_9f99adf29316d6aa1d0e8ecae54"
foreign key ("licensingFrameworkId") references licensing_framework (id)
on delete cascade;

alter table license_policy
add constraint "FK_23d4d78ea8db637df031f86f030"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table licensing_framework
add constraint "FK_29b5cd2c555b47f80942dfa4aa7"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table licensing_framework
add constraint "FK_427ff5dfcabbc692ed6d71acaea"
foreign key ("licensePolicyId") references license_policy (id)
on delete set null;

alter table link
add constraint "FK_07f249ac87502495710a62c5c01"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table link
add constraint "FK_3bfc8c1aaec1395cc148268d3cd"
foreign key ("profileId") references profile (id)
on delete set null;

alter table memo
add constraint "FK_3eae185405c8e3a7d1828cf8639"
foreign key ("profileId") references profile (id)
on delete set null;

alter table memo
add constraint "FK_c3a02e516496db62a676a0bfb74"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table organization
add constraint "FK_395aa74996a1f978b4969d114b1"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table organization
add constraint "FK_5a72d5b37312bac2e0a01157185"
foreign key ("verificationId") references organization_verification (id)
on delete set null;

alter table organization
add constraint "FK_7f1bec8979b57ed7ebd392a2ca9"
foreign key ("agentId") references agent (id)
on delete set null;

alter table organization
add constraint "FK_857684833bbd26eff72f97bcfdb"
foreign key ("roleSetId") references role_set (id)
on delete set null;

alter table organization
add constraint "FK_d2cb77c14644156ec8e865608e0"
foreign key ("profileId") references profile (id)
on delete set null;

alter table organization
add constraint "FK_e0e150e4f11d906b931b46a2d89"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table organization_verification
add constraint "FK_1cc3b275fc2a9d9d9b0ae33b310"
foreign key ("lifecycleId") references lifecycle (id)
on delete set null;

alter table organization_verification
add constraint "FK_c66eddab0caacb1ef8d46bcafdb"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table platform
add constraint "FK_36d8347a558f81ced8a621fe509"
foreign key ("licensingFrameworkId") references licensing_framework (id)
on delete set null;

alter table platform
add constraint "FK_40f3ebb0c2a0b2a1557e67f8496"
foreign key ("roleSetId") references role_set (id)
on delete set null;

alter table platform
add constraint "FK_81f92b22d30540102e9654e892c"
foreign key ("templatesManagerId") references templates_manager (id)
on delete set null;

alter table platform
add constraint "FK_9f621c51dd854634d8766a9cfaf"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table platform
add constraint "FK_ca469f5ec53a7719d155d60aca1"
foreign key ("libraryId") references library (id)
on delete set null;

alter table platform
add constraint "FK_dd88d373c64b04e24705d575c99"
foreign key ("forumId") references forum (id)
on delete set null;

alter table platform
add constraint "FK_f516dd9a46616999c7e9a6adc15"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table platform_invitation
add constraint "FK_562dce4a08bb214f08107b3631e"
foreign key ("roleSetId") references role_set (id)
on delete cascade;

alter table platform_invitation
add constraint "FK_c0448d2c992a62c9c11bd0f1422"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table post
add constraint "FK_042b9825d770d6b3009ae206c2f"
foreign key ("commentsId") references room (id)
on delete set null;

alter table post
add constraint "FK_390343b22abec869bf800419333"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table post
add constraint "FK_970844fcd10c2b6df7c1b49eacf"
foreign key ("profileId") references profile (id)
on delete set null;

alter table profile
add constraint "FK_432056041df0e4337b17ff7b09d"
foreign key ("locationId") references location (id)
on delete set null;

alter table profile
add constraint "FK_4a1c74fd2a61b32d9d9500e0650"
foreign key ("storageBucketId") references storage_bucket (id)
on delete set null;

alter table profile
add constraint "FK_a96475631aba7dce41db03cc8b2"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table reference
add constraint "FK_2f46c698fc4c19a8cc233c5f255"
foreign key ("profileId") references profile (id)
on delete cascade;

alter table reference
add constraint "FK_73e8ae665a49366ca7e2866a45d"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table role
add constraint "FK_66d695b73839e9b66ff1350d34f"
foreign key ("roleSetId") references role_set (id)
on delete cascade;

alter table role_set
add constraint "FK_00905b142498f63e76d38fb254e"
foreign key ("applicationFormId") references form (id)
on delete set null;

alter table role_set
add constraint "FK_86acc254af20d20c9d87c3503d5"
foreign key ("parentRoleSetId") references role_set (id)
on delete set null;

alter table role_set
add constraint "FK_b038f74c8d4eadb839e78b99ce5"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table role_set
add constraint "FK_c25bfb0c837427dd54e250b240e"
foreign key ("licenseId") references license (id)
on delete set null;

alter table room
add constraint "FK_d1d94dd8e0c417b4188a05ccbca"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table space
add constraint "FK_3ef80ef55ba1a1d45e625ea8389"
foreign key ("licenseId") references license (id)
on delete set null;

alter table space
add constraint "FK_68fa2c2b00cc1ed77e7c225e8ba"
foreign key ("communityId") references community (id)
on delete set null;

alter table space
add constraint "FK_6bdeffaf6ea6159b4672a2aed70"
foreign key ("accountId") references account (id)
on delete set null;

alter table space
add constraint "FK_8d03fd2c8e8411ec9192c79cd99"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table space
add constraint "FK_980c4643d7d9de1b97bc39f5185"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table space
add constraint "FK_9c664d684f987a735678b0ba825"
foreign key ("agentId") references agent (id)
on delete set null;

alter table space
add constraint "FK_c59c1beb254808dd32007de6617"
foreign key ("aboutId") references space_about (id)
on delete set null;

alter table space
add constraint "FK_dea52ce918df6950019678fa355"
foreign key ("templatesManagerId") references templates_manager (id)
on delete set null;

alter table space
add constraint "FK_ea06eb8894469a0f262d929bf06"
foreign key ("collaborationId") references collaboration (id)
on delete set null;

alter table space
add constraint "FK_ef1ff4ac7f613cc0677e2295b30"
foreign key ("parentSpaceId") references space (id);

alter table space_about
add constraint "FK_35584de03c66d9d473cbbe9d372"
foreign key ("profileId") references profile (id)
on delete set null;

alter table space_about
add constraint "FK_830c5cd4eda4b4ba8e297101c73"
foreign key ("guidelinesId") references community_guidelines (id)
on delete set null;

alter table space_about
add constraint "FK_8ce1fdaa7405b062b0102ce5f12"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table storage_aggregator
add constraint "FK_0647707288c243e60091c8d8620"
foreign key ("directStorageId") references storage_bucket (id)
on delete set null;

alter table storage_aggregator
add constraint "FK_b80c28f5335ab5442f63c644d94"
foreign key ("parentStorageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table storage_aggregator
add constraint "FK_f3b4d59c0b805c9c1ecb0070e16"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table storage_bucket
add constraint "FK_11d0ed50a26da5513f7e4347847"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table storage_bucket
add constraint "FK_f2f48b57269987b13b415a00587"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table tagset
add constraint "FK_391d124a58a845b85a047acc9d3"
foreign key ("classificationId") references classification (id)
on delete cascade;

alter table tagset
add constraint "FK_644155610ddc40dc4e19781c8f0"
foreign key ("tagsetTemplateId") references tagset_template (id);

alter table tagset
add constraint "FK_81fc213b2d9ad0cddeab1a9ce64"
foreign key ("profileId") references profile (id)
on delete cascade;

alter table tagset
add constraint "FK_eb59b98ee6ef26c993d0d75c83c"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table tagset_template
add constraint "FK_96f23f044acf305c1699e0319d2"
foreign key ("tagsetTemplateSetId") references tagset_template_set (id)
on delete cascade;

alter table template
add constraint "FK_4318f97beabd362a8a09e9d3203"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table template
add constraint "FK_c6e4d1a07781a809ad3b3ee8265"
foreign key ("calloutId") references callout (id)
on delete set null;

alter table template
add constraint "FK_c7f54e6269c013d9c273f025edd"
foreign key ("templatesSetId") references templates_set (id);

alter table template
add constraint "FK_dc4f33c8d24ef7a8af59aafc8b3"
foreign key ("contentSpaceId") references template_content_space (id)
on delete set null;

alter table template
add constraint "FK_eedeae5e63f9a9c3a0161541e98"
foreign key ("communityGuidelinesId") references community_guidelines (id)
on delete set null;

alter table template
add constraint "FK_f09090a77e07377eefb3f731d9f"
foreign key ("whiteboardId") references whiteboard (id)
on delete set null;

alter table template
add constraint "FK_f58c3b144b6e010969e199beeff"
foreign key ("profileId") references profile (id)
on delete set null;

alter table template_content_space
add constraint "FK_1101883dd80b6c54f3171979b99"
foreign key ("collaborationId") references collaboration (id)
on delete set null;

alter table template_content_space
add constraint "FK_6c3991ba75f25e07d478a6296dd"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table template_content_space
add constraint "FK_9d01f912e7465553e45a551509b"
foreign key ("aboutId") references space_about (id)
on delete set null;

alter table template_content_space
add constraint "FK_9e2017ee8cfa420bcac748b85db"
foreign key ("parentSpaceId") references template_content_space (id);

alter table template_default
add constraint "FK_9dbeb9326140b3ce01c1037efee"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table template_default
add constraint "FK_b6617b64c6ea8ebb24947ddbd45"
foreign key ("templateId") references template (id)
on delete set null;

alter table template_default
add constraint "FK_c1135fa45c07ba625e1db9f93bd"
foreign key ("templatesManagerId") references templates_manager (id);

alter table templates_manager
add constraint "FK_19ea19263c6016f411fb0082437"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table templates_manager
add constraint "FK_7ba875eee72ec5fcbe2355124df"
foreign key ("templatesSetId") references templates_set (id)
on delete set null;

alter table templates_set
add constraint "FK_eb0176ef4b98c143322aa6f8090"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table timeline
add constraint "FK_56aae15a664b2889a1a11c2cf82"
foreign key ("calendarId") references calendar (id)
on delete set null;

alter table timeline
add constraint "FK_5fe58ece01b48496aebc04733da"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table "user"
add constraint "FK_09f909622aa177a097256b7cc22"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table "user"
add constraint "FK_10458c50c10436b6d589b40e5ca"
foreign key ("storageAggregatorId") references storage_aggregator (id)
on delete set null;

alter table "user"
add constraint "FK_390395c3d8592e3e8d8422ce853"
foreign key ("settingsId") references user_settings (id)
on delete set null;

alter table "user"
add constraint "FK_7bb8a970cf4ef09e1f5169a5440"
foreign key ("conversationsSetId") references conversations_set (id)
on delete set null;

alter table "user"
add constraint "FK_9466682df91534dd95e4dbaa616"
foreign key ("profileId") references profile (id)
on delete set null;

alter table "user"
add constraint "FK_b61c694cacfab25533bd23d9add"
foreign key ("agentId") references agent (id)
on delete set null;

alter table user_group
add constraint "FK_694ebec955a90e999d9926b7da8"
foreign key ("organizationId") references organization (id)
on delete cascade;

alter table user_group
add constraint "FK_9912e4cfc1e09848a392a651514"
foreign key ("profileId") references profile (id)
on delete set null;

alter table user_group
add constraint "FK_9fcc131f256e969d773327f07cb"
foreign key ("communityId") references community (id)
on delete cascade;

alter table user_group
add constraint "FK_e8e32f1e59c349b406a4752e545"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table user_settings
add constraint "FK_320cf6b7374f1204df6741bbb0c"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table vc_interaction
add constraint "FK_d6f78c95ff41cdd30e505a4ebbb"
foreign key ("roomId") references room (id)
on delete cascade;

alter table virtual_contributor
add constraint "FK_409cc6ee5429588f868cd59a1de"
foreign key ("knowledgeBaseId") references knowledge_base (id);

alter table virtual_contributor
add constraint "FK_4504c37764f6962ccbd165a21de"
foreign key ("profileId") references profile (id)
on delete set null;

alter table virtual_contributor
add constraint "FK_7a962c9b04b0d197bc3c93262a7"
foreign key ("accountId") references account (id)
on delete set null;

alter table virtual_contributor
add constraint "FK_a8890dcd65b8c3ee6e160d33f3a"
foreign key ("agentId") references agent (id)
on delete set null;

alter table virtual_contributor
add constraint "FK_e2eaa2213ac4454039cd8abc07d"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table visual
add constraint "FK_1104f3ef8497ca40d99b9f46b87"
foreign key ("profileId") references profile (id)
on delete cascade;

alter table visual
add constraint "FK_4fbd109f9bb84f58b7a3c60649c"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;

alter table whiteboard
add constraint "FK_3f9e9e2798d2a4d84b16ee8477c"
foreign key ("profileId") references profile (id)
on delete set null;

alter table whiteboard
add constraint "FK_d3b86160bb7d704212382b0ca44"
foreign key ("authorizationId") references authorization_policy (id)
on delete set null;
