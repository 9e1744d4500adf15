with

landing as (
    select * from {{ source('alkemio_landing', 'callout_contribution_defaults') }}
),

final as (
    select
        id,
        "createdDate",
        "updatedDate",
        version,
        "defaultDisplayName",
        "postDescription",
        "whiteboardContent"
    from landing
)

select * from final
