-- +goose Up
-- The schema of the library that speaks for a linked device of WhatsApp was made
-- here once. bots/whatsapp makes it now, where there is such a device.
select 1;
