package simulate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	maxRate  = 1_000_000 // requests a second
	maxRates = 20
)

// rates is the value of a flag: the requests per second of each stage; 0 means as fast as possible.
type rates []float64

// String writes the rates as they are read.
func (r *rates) String() string {
	texts := make([]string, len(*r))
	for i, rate := range *r {
		texts[i] = strconv.FormatFloat(rate, 'g', -1, 64)
	}
	return strings.Join(texts, ",")
}

// Set reads rates.
func (r *rates) Set(text string) error {
	*r = nil
	for part := range strings.SplitSeq(text, ",") {
		rate, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || !(rate >= 0 && rate <= maxRate) {
			return fmt.Errorf("a rate must be a number from 0 to %d", maxRate)
		}
		*r = append(*r, rate)
	}
	if len(*r) > maxRates {
		return fmt.Errorf("more than %d rates", maxRates)
	}
	return nil
}

// setRates fills in what follows from the rates.
func (o *options) setRates() {
	if len(o.rates) == 0 {
		o.rates = rates{0}
	}
	if o.initialRate < 0 {
		o.initialRate = 0
		if len(o.rates) == 1 {
			o.initialRate = o.rates[0]
		}
	}
	if o.concurrency == 0 {
		o.concurrency = max(4, min(1000, int(max(o.initialRate, slices.Max(o.rates))/2)))
	}
}
