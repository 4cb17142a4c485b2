DROP TABLE overview_tile;
DROP TABLE overview_indicator;
