package jobs

// Signal tells a job that there is something to do.
type Signal chan struct{}

// NewSignal returns a signal that nobody has given yet.
func NewSignal() Signal { return make(Signal, 1) }

// Notify gives the signal and never waits. Given several times before the job
// begins, it is one.
func (s Signal) Notify() {
	select {
	case s <- struct{}{}:
	default:
	}
}
