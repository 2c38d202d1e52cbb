create table stock (product varchar(40) primary key, available int not null);
create table orders (
  id int auto_increment primary key,
  customer varchar(40) not null,
  product varchar(40) not null,
  quantity int not null
);
insert into stock (product, available) values ('tea', 10), ('rice', 0);
