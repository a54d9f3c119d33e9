package support

const qNoteAdd = `
insert into note (conversation_id, staff_id, sealed, at) values ($1, $2, $3, $4) returning id`

const qNotes = `
select id, staff_id, at, sealed from note
where conversation_id = $1 and (id < $2 or $2 = 0) order by id desc limit $3`
