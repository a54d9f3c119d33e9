-- +goose Up

-- Who took a consent on paper, at a registrars' desk (channel 'desk').
alter table consent add column staff_id bigint references staff;
