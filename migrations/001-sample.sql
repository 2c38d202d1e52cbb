-- The article's table and its two rows. Stacks of earlier versions have them already.
create table if not exists sample (id int, value varchar(10));
insert into sample (id, value) select 1, 'taro' from dual where not exists (select 1 from sample where id = 1);
insert into sample (id, value) select 2, 'hanako' from dual where not exists (select 1 from sample where id = 2);
