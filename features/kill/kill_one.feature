Feature: Ending one session

  `mirrord operator session kill --id` ends the session of that id, whoever started it: a colleague may have left for
  the weekend and still hold a port. The id is the one that `mirrord operator status` shows.

  Background:
    Given the world "busy"

  Rule: The session of the id is ended, and no other

    @smoke @req-KILL-001
    Scenario: One's own session
      When Aviram runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And the session "C527FE7D9C30979E" is gone
      And the session "487F4F2B6D2376AD" is listed

    @destructive @req-KILL-002
    Scenario: Somebody else's session
      When Dana runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And Aviram is disconnected
      And Dana is still connected

    @req-KILL-003
    Scenario Outline: Every spelling of the command and of the id
      When Aviram runs "<command>"
      Then the command succeeds
      And the session "C527FE7D9C30979E" is gone

      Examples:
        | command                                                |
        | mirrord operator session kill --id C527FE7D9C30979E    |
        | mirrord operator session kill -i C527FE7D9C30979E      |
        | mirrord operator session stop --id c527fe7d9c30979e    |
        | mirrord operator session stop --id mc-C527FE7D9C30979E |
        | mirrord session stop C527FE7D9C30979E                  |
        | mirrord kill C527FE7D9C30979E                          |

    @req-KILL-004
    Scenario: A port that the session held is free
      Given Dana runs mirrord on "deployment/ip-visit-counter"
      And Dana has run "mirrord operator session kill --id C527FE7D9C30979E"
      When Dana tries to steal port 80
      Then it is not refused

  Rule: What is printed depends on the progress mode

    @req-KILL-005
    Scenario: Nothing is printed where there is no terminal
      When Aviram runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And nothing is printed

    @req-KILL-006
    Scenario: In plain lines it is told what is done, with the id in decimal
      Given mirrord tells its progress in plain lines
      When Aviram runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the output contains "executing `mirrord operator session stop --id 14206603365008316318`"
      And the output contains "`mirrord operator session stop --id 14206603365008316318` finished successfully with code"
      And the output contains "Session operation is completed."

    @req-KILL-022
    Scenario: In JSON each step is an object on a line of its own
      Given mirrord tells its progress as JSON
      When Aviram runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command succeeds
      And the output contains
        """
        {"type":"NewTask","name":"preparing...","parent":"Operator session action"}
        {"type":"FinishedTask","name":"checking operator","success":false,"message":null}
        """
      And the output contains
        """
        {"type":"FinishedTask","name":"Operator session action","success":true,"message":"Session operation is completed."}
        """

    @req-KILL-023
    Scenario: A failure is told in lines, too
      Given mirrord tells its progress in plain lines
      When Aviram runs "mirrord operator session kill --id ABC"
      Then the command fails
      And the output contains "Session management operation failed!"

    @req-KILL-023
    Scenario: So is the want of an operator
      Given mirrord tells its progress in plain lines
      When an anonymous client runs "mirrord operator session kill --id ABC"
      Then the command fails
      And the output is
        """
        Operator session action (cli version 3.250.0)
        checking operator
        operator not found
        """

  Rule: An id that nobody has is an error

    @req-KILL-007
    Scenario: Unknown id
      When Aviram runs "mirrord operator session kill --id ABC"
      Then the command fails
      And the error contains
        """
        sessions.operator.metalbear.co "2748" not found
        """
      And there are 2 sessions

    @req-KILL-008
    Scenario: Killing twice
      Given Aviram has run "mirrord operator session kill --id C527FE7D9C30979E"
      When Aviram runs "mirrord operator session kill --id C527FE7D9C30979E"
      Then the command fails
      And there is 1 session

  Rule: What is no id is refused before the cluster is asked

    @req-KILL-009
    Scenario Outline: Malformed id
      When Aviram runs "mirrord operator session kill --id <id>"
      Then the command fails with exit code 2
      And the error contains "invalid value '<id>' for '--id <ID>'"
      And the error contains "<why>"
      And there are 2 sessions

      Examples:
        | id                 | why                                    |
        | session-1          | invalid digit found in string          |
        | 0x1F               | invalid digit found in string          |
        | 1F2G               | invalid digit found in string          |
        | 123456789ABCDEF012 | number too large to fit in target type |

    @req-KILL-010
    Scenario: No id at all
      When Aviram runs "mirrord operator session kill"
      Then the command fails with exit code 2
      And there are 2 sessions
