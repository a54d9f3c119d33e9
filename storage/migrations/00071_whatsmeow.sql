-- +goose Up
-- What a linked device of WhatsApp has to remember is kept by the library that
-- speaks for it, in tables of its own making. They are no part of a backup: a
-- ratchet that is turned back can read nothing, so that a restored installation
-- is linked anew.
create schema whatsmeow;
