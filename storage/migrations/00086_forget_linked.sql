-- +goose Up

-- Takes with an erased person what the library of a linked WhatsApp device keeps of them
-- in tables of its own, whichever those are: rows that name a number or an id of theirs,
-- in any of its ways to write them (7916...@s.whatsapp.net, 10...@lid, 7916..., 10..._1:3).
-- The one knows the other. The schema is there where a device was linked, even when this
-- program was built without the library. Rows of the device itself, whose account people
-- write to, stay.
-- +goose StatementBegin
create function forget_linked(people text[]) returns bigint language plpgsql as $$
declare
  names text[] := people;
  place record;
  gone bigint;
  total bigint := 0;
begin
  if people = '{}' or to_regnamespace('whatsmeow') is null then
    return 0;
  end if;
  if to_regclass('whatsmeow.whatsmeow_lid_map') is not null then
    execute 'select $1 || array(select unnest(array[lid, pn]) from whatsmeow.whatsmeow_lid_map where lid = any ($1) or pn = any ($1))'
      into names using people;
  end if;
  for place in
    select format('%I.%I', c.table_schema, c.table_name) as rows_of,
      string_agg(format('substring(%I from ''^[0-9]+'') = any ($1)', c.column_name), ' or ') as of_them
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'whatsmeow' and t.table_type = 'BASE TABLE' and c.table_name <> 'whatsmeow_device'
      and c.data_type = 'text' and c.column_name not in ('our_jid', 'jid', 'message_id')
    group by c.table_schema, c.table_name
  loop
    execute format('delete from %s where %s', place.rows_of, place.of_them) using names;
    get diagnostics gone = row_count;
    total := total + gone;
  end loop;
  return total;
end $$;
-- +goose StatementEnd
