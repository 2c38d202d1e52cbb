create table sample (id int, name varchar(32));
insert into sample (id, name) values (1, 'taro');
