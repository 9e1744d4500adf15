with

landing as (
    select * from {{ source('alkemio_landing', 'application_questions') }}
),

final as (
    select
        "applicationId",
        "nvpId"
    from landing
)

select * from final
