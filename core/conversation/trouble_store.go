package conversation

// What lasts keeps its beginning.
const qTrouble = `
insert into account_trouble (account, what, since) values ($1, $2, $3)
on conflict (account) do update set what = excluded.what, since = excluded.since where account_trouble.what <> excluded.what`

const qTroubleOver = `delete from account_trouble where account = $1`

const qTroubles = `select account, what, since from account_trouble order by account`
