Feature: Ending all sessions

  `mirrord operator session kill-all` ends every session of the cluster: before a release, or when nobody remembers who
  holds a port.

  @destructive
  Rule: Nobody's session is left

    @smoke @req-KILL-011
    Scenario: Sessions of several people in several namespaces
      Given the world "busy"
      When Dana runs "mirrord operator session kill-all"
      Then the command succeeds
      And there are no sessions
      And Aviram is disconnected
      And Dana is disconnected

    @req-KILL-012
    Scenario: It is the same as stopping all
      Given the world "busy"
      And mirrord tells its progress in plain lines
      When Dana runs "mirrord operator session stop --all"
      Then the command succeeds
      And the output contains "executing `mirrord operator session stop --all`"
      And the output contains "Session operation is completed."
      And there are no sessions

    @req-KILL-013
    Scenario: There may be none
      Given the world "visit-counter"
      When Dana runs "mirrord operator session kill-all"
      Then the command succeeds
      And there are no sessions

    @req-KILL-014
    Scenario: Who starts mirrord afterwards is not affected
      Given the world "busy"
      When Dana runs "mirrord operator session kill-all"
      And Aviram runs mirrord on "deployment/ip-visit-counter" as session "A2"
      Then the sessions are
        | id |
        | A2 |
      And Aviram is still connected

    @req-KILL-015
    Scenario: All and one at once is a contradiction
      Given the world "busy"
      When Dana runs "mirrord operator session stop --all --id 487F4F2B6D2376AD"
      Then the command fails with exit code 2
      And there are 2 sessions
