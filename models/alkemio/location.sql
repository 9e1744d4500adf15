with

landing as (
    select * from {{ source('alkemio_landing', 'location') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        city,
        country,
        "addressLine1",
        "addressLine2",
        "stateOrProvince",
        "postalCode",
        "geoLocation"
    from landing
)

select * from final
