/**
 * The jar's front door. It picks between a run of the orchestrator and the night that runs it twice.
 */
@NullMarked
package com.acme;

import org.jspecify.annotations.NullMarked;
