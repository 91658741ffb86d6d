delete from tasks where kind = 'convert';
alter table tasks drop column job_id;
alter table tasks drop constraint tasks_kind_check;
alter table tasks add constraint tasks_kind_check check (kind in ('plan', 'copy', 'encode', 'audio', 'stills', 'captions'));
