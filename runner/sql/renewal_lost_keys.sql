-- Whether a table holds a key, among the rows that meet a condition, that its successor does not.
select exists (
    select {key} from {old} where {condition}
    except
    select {key} from {new} where {condition}
);
