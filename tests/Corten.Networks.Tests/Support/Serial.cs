// One network namespace is shared by all tests, and some count what is in it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
