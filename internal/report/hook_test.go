package report

// Bound lets a test reach the bound of rows with few of them.
func (s *Service) Bound(rows int64) { s.most = rows }

// Busy takes all places of exports until the returned function is called.
func (s *Service) Busy() (free func()) {
	for range atOnce {
		s.places <- struct{}{}
	}
	return func() {
		for range atOnce {
			s.leave()
		}
	}
}
