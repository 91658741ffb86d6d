-- What was measured in each segment when it was made: the finished stream is held against the rules without reading it again.
alter table segments
    add column measured  jsonb, -- null for captions, which have nothing to measure
    add column keyframes jsonb not null default '[]'; -- of pictures: [first byte, bytes, shown at (s on the source's timeline)] each

alter table renditions
    add column channels smallint check (channels > 0); -- of sound, read from the first real segment
