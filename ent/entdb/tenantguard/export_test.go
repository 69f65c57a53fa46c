package tenantguard

// Plans is how many plans are kept.
func (w *Wall) Plans() int { return len(w.recent) + len(w.older) }
