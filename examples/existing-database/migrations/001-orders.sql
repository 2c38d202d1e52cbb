create table orders (
  id int auto_increment primary key,
  customer varchar(40) not null,
  total decimal(10, 2) not null
);
insert into orders (customer, total) values ('taro', 10), ('hanako', 20), ('taro', 5);
