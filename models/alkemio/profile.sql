with

landing as (
    select * from {{ source('alkemio_landing', 'profile') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "displayName",
        tagline,
        description,
        cast(type as {{ label_type('profile_type_enum') }}) as type,
        "authorizationId",
        "locationId",
        "storageBucketId"
    from landing
)

select * from final
