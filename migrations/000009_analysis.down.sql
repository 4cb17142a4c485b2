DROP TABLE analysis_view;
