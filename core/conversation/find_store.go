package conversation

const (
	heardSide = `select false as said, id, received_at as at, dedupe_key as key, sealed, '' as external, '' as state, '' as reason, 0::bigint as staff_id, false as as_template
    from inbox where conversation_id = $1 and kind = 'message'`
	saidSide = `select true, id, at, '', sealed, coalesce(external_id, ''), state, coalesce(reason, ''), coalesce(staff_id, 0), as_template
    from outbox_standing where conversation_id = $1`
)

// qAround takes from either side, back and forth, as much as both together need at most.
const qAround = `
select * from (
  (select * from (
    (` + heardSide + ` and received_at <= $2::timestamptz and (received_at, false, id) <= ($2::timestamptz, $3::boolean, $4::bigint) order by received_at desc, id desc limit $5)
    union all
    (` + saidSide + ` and at <= $2::timestamptz and (at, true, id) <= ($2::timestamptz, $3::boolean, $4::bigint) order by at desc, id desc limit $5)
  ) back order by at desc, said desc, id desc limit $5)
  union all
  (select * from (
    (` + heardSide + ` and received_at >= $2::timestamptz and (received_at, false, id) > ($2::timestamptz, $3::boolean, $4::bigint) order by received_at, id limit $5)
    union all
    (` + saidSide + ` and at >= $2::timestamptz and (at, true, id) > ($2::timestamptz, $3::boolean, $4::bigint) order by at, id limit $5)
  ) forth order by at, said, id limit $5)
) about order by at, said, id`
