package ledger

const qBooksChecked = `select exists (select from books_check where day = $1::text::date)`

const qBooksKeep = `
insert into books_check (day, at, postings, breaches) values ($1::text::date, $2, $3, $4) on conflict (day) do nothing`

const qBooksLast = `select at, postings, breaches from books_check order by day desc limit 1`
