create table orders (id int primary key, customer varchar(10));
insert into orders (id, customer) values (1, 'taro'), (2, 'hanako');
