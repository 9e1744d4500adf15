with

landing as (
    select * from {{ source('alkemio_landing', 'credential') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "resourceID",
        type,
        issuer,
        expires,
        "agentId"
    from landing
)

select * from final
