-- The order in which tasks are claimed (matinee.db.tasks.claim).
drop index tasks_open;
create index tasks_open on tasks (queue, (priority + ordinal), created_at) where status in ('pending', 'leased');
