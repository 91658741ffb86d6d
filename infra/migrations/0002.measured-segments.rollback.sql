alter table renditions drop column channels;
alter table segments drop column measured, drop column keyframes;
