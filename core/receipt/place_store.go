package receipt

import "time"

const qPlaced = `select contents, local_time from receipt where id = $1`

type zoneRow struct {
	Receipt int64     `db:"receipt_id"`
	Zone    string    `db:"zone"`
	Local   time.Time `db:"local_time"`
}

const qZone = `
select w.receipt_id, w.zone, r.local_time from receipt_place w join receipt r on r.id = w.receipt_id
where w.receipt_id = any($1) and w.zone <> '' and w.zone <> r.zone`

const qLocate = `update receipt set zone = $2, purchased_at = $3 where id = $1 and state = 'verified'`

const qMadeAt = `select exists (select from receipt_place where receipt_id = any ($1::bigint[]) and partner = any ($2::text[]))`

// qOfPhoto finds the receipts that a picture was sent as, or waits behind. It goes by the sender's
// member, whose submissions are listed.
const qOfPhoto = `
select distinct s.receipt_id as id
from blob b join subject u on u.id = b.subject_id
join submission s on s.member_id = u.member_id and s.blob_id = b.id
where b.id = $1 and s.receipt_id is not null
union
select r.id
from blob b join subject u on u.id = b.subject_id
join submission s on s.member_id = u.member_id and s.blob_id = b.id and s.state = 'waiting'
join receipt r on r.fn = s.fn and r.fd = s.fd and r.fp = s.fp
where b.id = $1`
