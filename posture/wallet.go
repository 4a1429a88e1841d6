package posture

import (
	"fmt"

	"rind/rind"
)

// Prices of Lambda in us-east-1, first tier, in US dollars.
// https://aws.amazon.com/lambda/pricing/
const (
	perGBSecondX86 = 0.0000166667
	perGBSecondARM = 0.0000133334
	perRequest     = 0.20 / 1_000_000
	// accountConcurrency is the default quota of concurrent executions per
	// account and Region, which a function without a limit of its own can use
	// up. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
	accountConcurrency = 1000
	// noticeable is the hourly cost from which a path is worth a report: a
	// weekend of it is about a thousand dollars.
	noticeable = 20.0
)

// cost is the worst that a flood of requests can cost.
type cost struct {
	perHour     float64
	concurrency int64
	limited     bool
}

// worstCase assumes that every execution runs until its time-out, as many at
// once as may.
func worstCase(f *rind.Function) cost {
	c := cost{concurrency: accountConcurrency}
	if f.Concurrency >= 0 {
		c.concurrency, c.limited = f.Concurrency, true
	}
	price := perGBSecondX86
	if f.Architecture == "arm64" {
		price = perGBSecondARM
	}
	n := float64(c.concurrency)
	c.perHour = n * 3600 * float64(f.MemoryMB) / 1024 * price
	if f.TimeoutSec > 0 {
		c.perHour += n * 3600 / float64(f.TimeoutSec) * perRequest
	}
	return c
}

func (c cost) severity() rind.Severity {
	if c.limited || c.perHour < 10*noticeable {
		return rind.Low
	}
	return rind.Medium
}

// String is the amount with what it rests on.
func (c cost) String() string {
	limit := "the account's default limit"
	if c.limited {
		limit = "its own limit"
	}
	return fmt.Sprintf("$%.0f an hour (%d concurrent executions, %s)", c.perHour, c.concurrency, limit)
}
