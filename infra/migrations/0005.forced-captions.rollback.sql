alter table renditions drop column is_forced;
