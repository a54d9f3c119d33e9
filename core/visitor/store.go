package visitor

const qNonceUse = `
insert into visitor_nonce (nonce, attempt, at) values ($1, $2, $3)
on conflict (nonce) do update set at = visitor_nonce.at where visitor_nonce.attempt = excluded.attempt`

const qNonceForget = `
delete from visitor_nonce
where nonce in (select nonce from visitor_nonce where at <= $1 order by at limit $2 for update skip locked)`

const qNonceEldest = `select min(at) from visitor_nonce`
