-- +goose Up

-- Points that move between accounts: two chats are one person (merge) or are not after
-- all (unmerge), a member joins a family (join) or leaves it (part).
alter table ledger_tx
  drop constraint ledger_tx_kind_check,
  add constraint ledger_tx_kind_check check (kind in ('accrue', 'redeem', 'expire', 'reverse', 'merge', 'unmerge', 'join', 'part', 'release', 'refund', 'repay', 'tier'));
