-- Captions to be shown even when captions are off: signs, songs
-- depends: 0002.measured-segments

alter table renditions add column is_forced boolean not null default false;
