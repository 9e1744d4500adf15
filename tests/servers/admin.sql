alter user 'root'@'localhost' identified by ':password';
create user if not exists 'admin'@'127.0.0.1' identified by ':password';
grant all privileges on *.* to 'admin'@'127.0.0.1' with grant option;
