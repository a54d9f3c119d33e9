package member

// ofAll begins where a receipt was made: what follows must be one of the partners $6, when there
// are any. A scalar is looked up for each row, and exists might read all places there are.
const ofAll = `(coalesce(cardinality($6::text[]), 0) = 0 or `

// whoWere are member $1 and those who became part of them.
const whoWere = `array(select w.id from member w where w.id = $1 or w.merged_into = $1)`

// qStory reads what each table has of member $1 behind the cursor ($2, $3, $4): at an instant,
// of a kind, an id. Each part has the order and the limit of the whole, so that it misses
// nothing. Of partners $6, when there are any, it is what receipts made at them have brought.
// What the log, the suspensions and the merges have of those who became part of the member
// stands under the numbers they had, and goes back with them.
const qStory = `
select at, kind, ref, what, amount, currency, channel, by from (
  select created_at as at, 'came' as kind, id as ref, '' as what, 0::bigint as amount, '' as currency, '' as channel, '' as by from member where id = $1
  union all
  select registered_at, 'registered', id, '', 0, '', '', '' from member where id = $1 and registered_at is not null
  union all
  (select uploaded_at, 'receipt', id, state, sum, '', '', '' from receipt
    where member_id = $1 and (uploaded_at, 'receipt', id) < ($2, $3, $4)
      and ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = receipt.id) = any($6)) order by uploaded_at desc, id desc limit $5)
  union all
  (select s.at, 'submission', s.id, coalesce(s.reason, s.state), 0, '', '', coalesce(w.name, '') from submission s left join staff w on w.id = s.staff_id
    where s.member_id = $1 and s.state in ('duplicate', 'refused') and (s.at, 'submission', s.id) < ($2, $3, $4)
      and ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = s.receipt_id) = any($6)) order by s.at desc, s.id desc limit $5)
  union all
  (select t.at, 'points', p.id, t.kind, p.amount, a.currency, '', coalesce(w.name, '')
    from account a join posting p on p.account_id = a.id join ledger_tx t on t.id = p.tx_id left join staff w on w.id = t.staff_id
    where a.kind = 'member' and a.member_id = $1 and (t.at, 'points', p.id) < ($2, $3, $4)
      and ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = t.receipt_id) = any($6)) order by t.at desc, p.id desc limit $5)
  union all
  (select issued_at, 'coupons', min(id), campaign_id, count(*), '', '', '' from coupon
    where member_id = $1 and issued_at <= $2 and ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = (select c.receipt_id from coupon_contribution c where c.id = coupon.contribution_id)) = any($6))
    group by issued_at, campaign_id, contribution_id
    having (issued_at, 'coupons', min(id)) < ($2, $3, $4) order by issued_at desc, min(id) desc limit $5)
  union all
  (select voided_at, 'voided', min(id), campaign_id, count(*), '', '', '' from coupon
    where member_id = $1 and voided_at <= $2 and ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = (select c.receipt_id from coupon_contribution c where c.id = coupon.contribution_id)) = any($6))
    group by voided_at, campaign_id, contribution_id
    having (voided_at, 'voided', min(id)) < ($2, $3, $4) order by voided_at desc, min(id) desc limit $5)
  union all
  (select at, 'prize', id, name, price, currency, '', '' from prize_order where member_id = $1 and (at, 'prize', id) < ($2, $3, $4)
      and (prize_order.receipt_id is null or ` + ofAll + `(select w.partner from receipt_place w where w.receipt_id = prize_order.receipt_id) = any($6))) order by at desc, id desc limit $5)
  union all
  (select c.at, 'consent', c.id, c.kind, c.granted::int, '', c.channel, coalesce(w.name, '') from consent c left join staff w on w.id = c.staff_id
    where c.member_id = $1 and (c.at, 'consent', c.id) < ($2, $3, $4) order by c.at desc, c.id desc limit $5)
  union all
  (select at, 'card', id, number, 0, '', '', '' from card where member_id = $1 and (at, 'card', id) < ($2, $3, $4) order by at desc, id desc limit $5)
  union all
  (select s.at, 'suspended', s.id, s.cause, 0, '', '', w.name from suspension s join staff w on w.id = s.staff_id
    where s.member_id = any(` + whoWere + `) and (s.at, 'suspended', s.id) < ($2, $3, $4) order by s.at desc, s.id desc limit $5)
  union all
  (select s.lifted_at, 'lifted', s.id, '', 0, '', '', w.name from suspension s join staff w on w.id = s.lifted_by
    where s.member_id = any(` + whoWere + `) and (s.lifted_at, 'lifted', s.id) < ($2, $3, $4) order by s.lifted_at desc, s.id desc limit $5)
  union all
  (select at, 'merged', from_member, reason, id, '', '', '' from member_merge where into_member = any(` + whoWere + `) and (at, 'merged', from_member) < ($2, $3, $4) order by at desc, from_member desc limit $5)
  union all
  (select g.undone_at, 'unmerged', g.from_member, '', g.id, '', '', coalesce(w.name, '') from member_merge g left join staff w on w.id = g.undone_by
    where g.into_member = any(` + whoWere + `) and (g.undone_at, 'unmerged', g.from_member) < ($2, $3, $4) order by g.undone_at desc, g.from_member desc limit $5)
  union all
  (select a.at, 'act', a.id, a.act, 0, '', '', coalesce(s.name, '') from audit a left join staff s on s.id = a.staff_id
    where a.object = any(array(select 'member/' || w from unnest(` + whoWere + `) w)) and a.act in ('members.edit', 'members.reveal', 'members.subscribe', 'members.join_family', 'member.erase') and (a.at, 'act', a.id) < ($2, $3, $4)
    order by a.at desc, a.id desc limit $5)
) told
where (at, kind, ref) < ($2, $3, $4)
order by at desc, kind desc, ref desc limit $5`
