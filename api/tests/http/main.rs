//! The server over a small demo city, without a network: who may do what, what each page gets, and what goes wrong.

mod access;
mod changes;
mod orders;
mod pages;
mod second_looks;
mod support;
mod tasks;
mod versions;
mod web;
