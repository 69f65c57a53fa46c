package tenantguard

// Plans is how many plans are kept.
func (w *Guard) Plans() int { return len(w.recent) + len(w.older) }
