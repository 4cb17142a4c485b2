package report

// Bound lets a test reach the bound of rows with few of them.
func (s *Service) Bound(rows int64) { s.most = rows }
