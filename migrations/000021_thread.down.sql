DROP TABLE remark_read, remark_resolution;
