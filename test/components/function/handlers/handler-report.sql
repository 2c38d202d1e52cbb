select * from report
