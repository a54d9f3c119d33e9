-- +goose Up

-- The steps at which a conversation stands, flow/step each, apart from the sealed
-- session: whoever publishes a release without a step must know who waits there.
-- Where the last turn left off is all that is known of older ones.
alter table conversation add column standing text not null default '';
update conversation c set standing = t.step_out from turn t
where t.conversation_id = c.id and t.turn_no = c.turn_no and t.step_out <> '-';
