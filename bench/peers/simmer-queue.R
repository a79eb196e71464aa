# M/M/c in simmer with a record of every customer; arrivals are generated fifty at a time, as its paper recommends.
# Arguments: rate, mean service, servers, customers, seed. Prints CPU seconds, the mean wait and the version as JSON.
suppressPackageStartupMessages(library(simmer))
given <- as.numeric(commandArgs(trailingOnly = TRUE))
rate <- given[1]; service <- given[2]; servers <- given[3]; customers <- given[4]
set.seed(given[5])
start <- proc.time()
visit <- seize(trajectory(), "staff")
visit <- timeout(visit, function() rexp(1, 1 / service))
visit <- release(visit, "staff")
env <- simmer()
env <- add_resource(env, "staff", servers, mon = FALSE)
env <- add_generator(env, "customer", visit, function() rexp(50, rate))
env <- run(env, customers / rate)
records <- get_mon_arrivals(env)
seconds <- sum((proc.time() - start)[c("user.self", "sys.self")])
wait <- mean(records$end_time - records$start_time - records$activity_time)
cat(sprintf(
  '{"seconds":%.6f,"customers":%d,"wait":%.9g,"version":"%s"}\n',
  seconds, nrow(records), wait, as.character(packageVersion("simmer"))
))
