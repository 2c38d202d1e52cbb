create table sample (id int, value varchar(10));
insert into sample values (1, 'taro'), (2, 'hanako');
