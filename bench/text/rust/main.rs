//! Searches messages for terms with aho-corasick: `search TERMS MESSAGES CHECKED KIND`, one a line each. Prints, for
//! each of the first CHECKED messages, the terms found as numbers; then, for each number of seconds read from stdin,
//! microseconds of CPU a message.
use aho_corasick::AhoCorasickBuilder;
use std::io::{BufRead, Write};
use std::time::{Duration, Instant};

fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap();
    Duration::from_nanos(text.split(' ').next().unwrap().parse().unwrap())
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let terms = std::fs::read_to_string(&args[1]).unwrap();
    let messages = std::fs::read_to_string(&args[2]).unwrap();
    let messages: Vec<&str> = messages.lines().collect();
    let checked: usize = args[3].parse().unwrap();
    let searcher = AhoCorasickBuilder::new().dfa(args[4] == "dfa").build(terms.lines());
    let out = std::io::stdout();
    let mut out = out.lock();
    for text in &messages[..checked.min(messages.len())] {
        let mut found: Vec<usize> = searcher.find_overlapping_iter(text).map(|hit| hit.pattern()).collect();
        found.sort();
        found.dedup();
        let line: Vec<String> = found.iter().map(|one| one.to_string()).collect();
        writeln!(out, "{}", line.join(" ")).unwrap();
    }
    writeln!(out, "ready").unwrap();
    out.flush().unwrap();
    let mut at = 0;
    let mut hits = 0;
    for line in std::io::stdin().lock().lines() {
        let seconds: f64 = line.unwrap().parse().unwrap();
        let until = Instant::now() + Duration::from_secs_f64(seconds);
        let before = cpu();
        let mut asked = 0u64;
        while Instant::now() < until {
            for _ in 0..500 {
                hits += searcher.find_overlapping_iter(messages[at]).count();
                at = if at + 1 == messages.len() { 0 } else { at + 1 };
            }
            asked += 500;
        }
        writeln!(out, "{} {}", (cpu() - before).as_nanos() as f64 / 1000.0 / asked as f64, hits).unwrap();
        out.flush().unwrap();
    }
}
