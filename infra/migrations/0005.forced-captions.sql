-- Captions to be shown even when captions are off: signs, songs
alter table renditions add column is_forced boolean not null default false;
