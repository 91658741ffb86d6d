-- A task of kind `convert` is done by a job of MediaConvert, to which it is leased while the job runs (lease_owner = job_id).
alter table tasks add column job_id text unique;
alter table tasks drop constraint tasks_kind_check;
alter table tasks add constraint tasks_kind_check
    check (kind in ('plan', 'copy', 'encode', 'audio', 'stills', 'captions', 'convert'));
alter table tasks add constraint tasks_job_check check (job_id is null or kind = 'convert');
