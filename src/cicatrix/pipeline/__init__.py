"""The journeys, a page of code each: assess, compare, repeatability, check."""
